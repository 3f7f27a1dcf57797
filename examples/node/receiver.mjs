// Takes SuperAI's webhooks (https://docs.superai.vn/guide/webhooks.html), with nothing
// but Node's own modules.
//
// A delivery is read whole, its signature checked over the bytes as they came, its event
// written to disk, and only then answered 200: SuperAI does not send twice. Your own
// code goes into Parcels.#apply.

import { createHmac, timingSafeEqual } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

const BODY_LIMIT = 1 << 20; // bytes
const { SUPERAI_PARTNER_CODE, STATE = "state", PORT = "3000" } = process.env;

/** Ends a request other than with an acknowledgement. */
class Refusal extends Error {
  constructor(status, why, headers = {}) {
    super(why);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * A file with one delivered body a line. A database does the same, and is needed once
 * there are two instances, or more parcels than fit into memory.
 */
class Journal {
  #file;
  #lines = []; // that wait for the disk
  #next = null; // the write that will take them
  #last = Promise.resolve(); // the write that comes before the next one

  static async open(folder) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const journal = new Journal();
    journal.#file = await open(join(folder, "events.jsonl"), "a+", 0o600);
    return journal;
  }

  /** The lines of earlier runs. */
  async read() {
    const held = await this.#file.readFile();
    // A last line without its end was being written when the power went; nobody was
    // told that it had been taken.
    const whole = held.lastIndexOf("\n") + 1;
    await this.#file.truncate(whole);
    return held.toString("utf8", 0, whole).split("\n").slice(0, -1);
  }

  /** Resolves when the line is on disk. Lines that come while the disk is busy share a write. */
  append(line) {
    this.#lines.push(`${line}\n`);
    this.#next ??= this.#last = this.#last.then(() => this.#write());
    return this.#next;
  }

  async #write() {
    const lines = this.#lines.join("");
    [this.#lines, this.#next] = [[], null];
    try {
      await this.#file.appendFile(lines);
      await this.#file.datasync();
    } catch (problem) {
      // What the file holds now is uncertain. Stop unacknowledged: the next start reads
      // what is there.
      console.error(`receiver: writing the journal: ${problem.message}`);
      process.exit(1);
    }
  }
}

/** Applies every update of a parcel once, and none that is older than the last. */
class Parcels {
  #journal;
  #taken = new Map(); // identity of an update: resolves when it is applied
  #newest = new Map(); // code of a parcel: its newest update
  #applied = new Map(); // code of a parcel: how many updates changed it

  static async open(folder) {
    const parcels = new Parcels();
    parcels.#journal = await Journal.open(folder);
    for (const line of await parcels.#journal.read()) {
      const update = readUpdate(line);
      parcels.#taken.set(update.identity, Promise.resolve());
      parcels.#apply(update);
    }
    return parcels;
  }

  /** Resolves when the update is on disk and applied, through this delivery or an earlier one. */
  take(update, text) {
    if (!this.#taken.has(update.identity)) {
      // Line breaks in JSON stand between its tokens only: without them it says the same.
      const written = this.#journal.append(text.replace(/[\r\n]+/g, " "));
      this.#taken.set(update.identity, written.then(() => this.#apply(update)));
    }
    return this.#taken.get(update.identity);
  }

  /**
   * Your own code goes here. An update holds the whole parcel, so that one which another
   * has overtaken has nothing to say any more.
   */
  #apply(update) {
    if (update.at < (this.#newest.get(update.code)?.at ?? 0) && update.at > 0) return;
    this.#newest.set(update.code, update);
    this.#applied.set(update.code, this.applied(update.code) + 1);
  }

  applied(code) {
    return this.#applied.get(code) ?? 0;
  }
}

/** What has to be known of an update to apply it once and in order. */
function readUpdate(text) {
  let parcel;
  try {
    parcel = JSON.parse(text);
  } catch {
    throw new Refusal(400, "malformed JSON");
  }
  const { code, type, status, weight, updated_at: updatedAt } = parcel ?? {};
  if (typeof code !== "string" || code === "") throw new Refusal(400, "code is missing");
  return {
    code,
    // pushed_at is not part of it: it may differ when the same update comes again.
    identity: JSON.stringify([code, type, status, weight, updatedAt]),
    at: Date.parse(updatedAt) || 0, // 0: cannot be told, so nothing is known to be newer
    parcel,
  };
}

/**
 * Whether SuperAI signed these very bytes: the header Signature holds the lowercase hex
 * HMAC-SHA256 of the raw body, keyed with the partner code. JSON that was parsed and
 * written again has other bytes, and so another digest.
 */
function isSigned(request, raw) {
  const got = request.headersDistinct.signature ?? [];
  const want = Buffer.from(createHmac("sha256", SUPERAI_PARTNER_CODE).update(raw).digest("hex"));
  // Of two signatures nobody could say which one counts.
  const given = Buffer.from(got.length === 1 ? got[0] : "");
  return given.length === want.length && timingSafeEqual(given, want); // === would tell how much of a guess is right
}

/** The whole body as it came: bytes, because a packet may end inside a letter. */
async function readBody(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= BODY_LIMIT) chunks.push(chunk); // the rest is read, else the sender never hears why
  }
  if (length > BODY_LIMIT) throw new Refusal(413, "body too long");
  return Buffer.concat(chunks);
}

/** Takes one delivery: genuine first, then understood, then safe, then acknowledged. */
async function receive(request, parcels) {
  const raw = await readBody(request);
  if (request.method !== "POST") throw new Refusal(405, "updates come by POST", { Allow: "POST" });
  if (!isSigned(request, raw)) throw new Refusal(401, "invalid signature");
  const text = raw.toString("utf8");
  await parcels.take(readUpdate(text), text);
  return { status: "ok" };
}

async function answer(request, parcels) {
  const [path] = request.url.split("?");
  if (path === "/hook") return receive(request, parcels);
  const [, key] = /^\/applied\/([^/]+)$/.exec(path) ?? [];
  if (key && request.method === "GET") return parcels.applied(decodeURIComponent(key));
  throw new Refusal(404, "nothing here");
}

function reply(response, status, value, headers = {}) {
  const body = JSON.stringify(value);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), ...headers });
  response.end(body);
}

if (!SUPERAI_PARTNER_CODE) {
  console.error("receiver: set SUPERAI_PARTNER_CODE: without it nobody can tell what is genuine");
  process.exit(2);
}
const parcels = await Parcels.open(STATE);

const server = createServer(async (request, response) => {
  try {
    reply(response, 200, await answer(request, parcels));
  } catch (problem) {
    if (problem instanceof Refusal) return reply(response, problem.status, { error: problem.message }, problem.headers);
    if (problem.code === "ECONNRESET") return; // cut off half way: nobody is there to hear about it
    console.error(problem);
    reply(response, 500, { error: "internal server error" });
  }
});
// The proxy that ends TLS is on the same machine. Let it forward /hook alone.
server.listen({ host: "127.0.0.1", port: Number(PORT), backlog: 1024 }, () => {
  console.log(`SuperAI receiver on http://127.0.0.1:${PORT}/hook`);
});
// SuperAI does not send again: what is being read is finished first.
process.on("SIGTERM", () => server.close(() => process.exit(0)));
