import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Takes SuperAI's webhooks (https://docs.superai.vn/guide/webhooks.html), with nothing but
 * the JDK (17 or later): java Receiver.java
 *
 * <p>A delivery is read whole, its signature checked over the bytes as they came, its update
 * written to disk, and only then answered 200: SuperAI does not send twice. Your own code
 * goes into Parcels.apply.
 */
public final class Receiver {
    static final int BODY_LIMIT = 1 << 20; // bytes

    final byte[] partnerCode;
    final Parcels parcels;

    Receiver(String partnerCode, Parcels parcels) {
        this.partnerCode = partnerCode.getBytes(StandardCharsets.UTF_8);
        this.parcels = parcels;
    }

    public static void main(String[] arguments) throws IOException {
        String partnerCode = setting("SUPERAI_PARTNER_CODE", "");
        if (partnerCode.isEmpty()) {
            System.err.println("receiver: set SUPERAI_PARTNER_CODE: without it nobody can tell what is genuine");
            System.exit(2);
        }
        Receiver receiver = new Receiver(partnerCode, new Parcels(Path.of(setting("STATE", "state"))));
        int port = Integer.parseInt(setting("PORT", "3000"));
        // The proxy that ends TLS is on the same machine. Let it forward /hook alone.
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.setExecutor(threads());
        server.createContext("/", receiver::handle);
        // SuperAI does not send again: what is being read is finished first.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(10)));
        server.start();
        System.out.println("SuperAI receiver on http://127.0.0.1:" + port + "/hook");
    }

    static String setting(String variable, String otherwise) {
        String value = System.getenv(variable);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** A thread a request: virtual where the JDK has them (21), others before. */
    static ExecutorService threads() {
        try {
            return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException none) {
            return Executors.newCachedThreadPool();
        }
    }

    void handle(HttpExchange exchange) throws IOException {
        try {
            reply(exchange, 200, answer(exchange));
        } catch (Refusal refusal) {
            reply(exchange, refusal.status, "{\"error\":\"" + refusal.getMessage() + "\"}");
        } finally {
            exchange.close();
        }
    }

    String answer(HttpExchange exchange) throws IOException, Refusal {
        // Read before anything is decided: what stays behind would be taken for the next
        // request on this connection.
        byte[] raw = readBody(exchange);
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/applied/") && method.equals("GET")) {
            return String.valueOf(parcels.applied(path.substring("/applied/".length())));
        }
        if (!path.equals("/hook")) {
            throw new Refusal(404, "nothing here");
        }
        if (!method.equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            throw new Refusal(405, "updates come by POST");
        }
        if (!isSigned(exchange.getRequestHeaders(), raw)) {
            throw new Refusal(401, "invalid signature");
        }
        String text = new String(raw, StandardCharsets.UTF_8);
        parcels.take(Update.read(text), text);
        return "{\"status\":\"ok\"}";
    }

    /** The whole body as it came. A connection that breaks may look like its end. */
    static byte[] readBody(HttpExchange exchange) throws IOException, Refusal {
        byte[] raw = exchange.getRequestBody().readNBytes(BODY_LIMIT + 1);
        if (raw.length > BODY_LIMIT) {
            throw new Refusal(413, "body too long");
        }
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        if (length != null && Long.parseLong(length.trim()) != raw.length) {
            throw new Refusal(400, "body incomplete");
        }
        return raw;
    }

    /**
     * Whether SuperAI signed these very bytes: the header Signature holds the lowercase hex
     * HMAC-SHA256 of the raw body, keyed with the partner code. JSON that was parsed and
     * written again has other bytes, and so another digest.
     */
    boolean isSigned(Headers headers, byte[] raw) {
        List<String> got = headers.getOrDefault("Signature", List.of());
        if (got.size() != 1) {
            return false; // of two signatures nobody could say which one counts
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(partnerCode, "HmacSHA256"));
            byte[] want = HexFormat.of().formatHex(mac.doFinal(raw)).getBytes(StandardCharsets.UTF_8);
            // In constant time: equals would tell how much of a guess is right.
            return MessageDigest.isEqual(want, got.get(0).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // every JDK has HmacSHA256
        }
    }

    static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Ends a request other than with an acknowledgement. */
    static final class Refusal extends Exception {
        final int status;

        Refusal(int status, String why) {
            super(why);
            this.status = status;
        }
    }

    /**
     * What has to be known of an update to apply it once and in order. pushed_at is not part
     * of the identity: it may differ when the same update comes again.
     */
    record Update(String code, List<Object> identity, Instant at) {
        static Update read(String text) throws Refusal {
            Object parsed;
            try {
                parsed = new Json(text).document();
            } catch (IllegalArgumentException malformed) {
                throw new Refusal(400, "malformed JSON");
            }
            if (!(parsed instanceof Map<?, ?> parcel) || !(parcel.get("code") instanceof String code) || code.isEmpty()) {
                throw new Refusal(400, "code is missing");
            }
            Object updatedAt = parcel.get("updated_at");
            List<Object> identity = Arrays.asList(code, parcel.get("type"), parcel.get("status"), parcel.get("weight"), updatedAt);
            return new Update(code, identity, time(updatedAt));
        }

        /** A time, null when it cannot be told. */
        static Instant time(Object written) {
            try {
                return written instanceof String text ? OffsetDateTime.parse(text).toInstant() : null;
            } catch (DateTimeException unknown) {
                return null;
            }
        }
    }

    /**
     * Applies every update once, and none that is older than the parcel's last. The journal is
     * a file with one body a line; what is in memory is what reading it gives. A database with
     * a unique key does the same, and is needed once there are two instances, or more parcels
     * than fit into memory.
     */
    static final class Parcels {
        private final FileChannel journal;
        private final Set<List<Object>> taken = new HashSet<>();
        private final Map<String, Instant> newest = new HashMap<>();
        private final Map<String, Integer> applied = new HashMap<>();

        Parcels(Path folder) throws IOException {
            Path file = Files.createDirectories(folder).resolve("events.jsonl");
            journal = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            String held = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            // A last line without its end was being written when the power went; nobody was
            // told that it had been taken.
            String whole = held.substring(0, held.lastIndexOf('\n') + 1);
            for (String line : whole.lines().toList()) {
                replay(line);
            }
            int length = whole.getBytes(StandardCharsets.UTF_8).length;
            journal.truncate(length).position(length);
        }

        private void replay(String line) throws IOException {
            try {
                Update update = Update.read(line);
                taken.add(update.identity());
                apply(update);
            } catch (Refusal damaged) {
                throw new IOException("the journal is damaged: " + damaged.getMessage());
            }
        }

        /** Returns when the update is on disk and applied, through this delivery or an earlier one. */
        synchronized void take(Update update, String text) {
            if (taken.contains(update.identity())) {
                return;
            }
            try {
                // Line breaks in JSON stand between its tokens only: without them it says the same.
                ByteBuffer line = StandardCharsets.UTF_8.encode(text.replaceAll("[\r\n]", " ") + "\n");
                while (line.hasRemaining()) {
                    journal.write(line);
                }
                journal.force(false);
            } catch (IOException problem) {
                // What the file holds now is uncertain. Stop unacknowledged: the next start
                // reads what is there.
                System.err.println("receiver: writing the journal: " + problem);
                Runtime.getRuntime().halt(1);
            }
            taken.add(update.identity());
            apply(update);
        }

        /**
         * Your own code goes here. An update holds the whole parcel, so that one which another
         * has overtaken has nothing to say any more.
         */
        private void apply(Update update) {
            Instant last = newest.get(update.code());
            if (last != null && update.at() != null && update.at().isBefore(last)) {
                return;
            }
            if (update.at() != null) {
                newest.put(update.code(), update.at());
            }
            applied.merge(update.code(), 1, Integer::sum);
        }

        synchronized int applied(String code) {
            return applied.getOrDefault(code, 0);
        }
    }

    /** Reads JSON into maps, lists and texts. The JDK cannot; where you have Jackson or Gson, use that. */
    static final class Json {
        private static final int DEEPEST = 100; // levels; any number of them would exhaust the stack

        private static final char END = '\0';

        private final String text;
        private int at = 0;

        Json(String text) {
            this.text = text;
        }

        Object document() {
            Object value = value(0);
            require(next() == END);
            return value;
        }

        /** Numbers stay as they are written, so that none is rounded. */
        private Object value(int depth) {
            require(depth < DEEPEST);
            if (skip('{')) {
                Map<String, Object> members = new HashMap<>();
                for (boolean more = !skip('}'); more; more = !skip('}') && require(skip(','))) {
                    String name = string();
                    require(skip(':'));
                    members.put(name, value(depth + 1));
                }
                return members;
            }
            if (skip('[')) {
                List<Object> values = new ArrayList<>();
                for (boolean more = !skip(']'); more; more = !skip(']') && require(skip(','))) {
                    values.add(value(depth + 1));
                }
                return values;
            }
            return next() == '"' ? string() : scalar();
        }

        private String string() {
            require(skip('"'));
            StringBuilder read = new StringBuilder();
            for (char c = take(); c != '"'; c = take()) {
                require(c >= ' ');
                read.append(c == '\\' ? escaped() : c);
            }
            return read.toString();
        }

        private char escaped() {
            char c = take();
            if (c == 'u') {
                at += 4;
                require(at <= text.length());
                return (char) HexFormat.fromHexDigits(text, at - 4, at);
            }
            int which = "\"\\/bfnrt".indexOf(c);
            require(which >= 0);
            return "\"\\/\b\f\n\r\t".charAt(which);
        }

        private Object scalar() {
            int start = at;
            while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(start, at);
            require(word.matches("null|true|false|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?"));
            return word.equals("null") ? null : word;
        }

        private char take() {
            return at < text.length() ? text.charAt(at++) : END;
        }

        /** The next character that is no white space. */
        private char next() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : END;
        }

        private boolean skip(char wanted) {
            boolean there = next() == wanted;
            at += there ? 1 : 0;
            return there;
        }

        private boolean require(boolean wellFormed) {
            if (!wellFormed) {
                throw new IllegalArgumentException("malformed JSON at character " + at);
            }
            return true;
        }
    }
}
