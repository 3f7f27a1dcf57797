<?php

// Takes eSMS's callbacks (https://developers.esms.vn/esms-api/callback-url), with nothing
// but PHP itself (8.1 or later).
//
// A callback is a GET and is not signed. What proves it is the address, which nobody else
// knows: its last part is a token. A callback is written to disk and only then answered.
// Your own code goes into apply().

declare(strict_types=1);

/** How far on a message is: callbacks tell no time, but a message does not go back. */
const PROGRESS = ['1' => 1, '2' => 2, '7' => 3, '4' => 4, '5' => 4];

ini_set('display_errors', '0'); // a warning in front of the answer would spoil it
main();

function main(): void
{
    $token = getenv('ESMS_CALLBACK_TOKEN') ?: '';
    $path = explode('?', $_SERVER['REQUEST_URI'], 2)[0];
    [, $place, $rest] = explode('/', $path, 3) + ['', '', ''];

    if ($token === '') {
        error_log('receiver: set ESMS_CALLBACK_TOKEN: without it anybody can report anything');
        answer(503, ['error' => 'not configured']);
    } elseif ($place === 'applied' && $rest !== '') {
        answer(200, applied(rawurldecode($rest))); // for khop: let the proxy forward /callback alone
    } elseif ($place !== 'callback' || !hash_equals($token, $rest)) { // == would tell how much of a guess is right
        answer(404, ['error' => 'nothing here']);
    } elseif ($_SERVER['REQUEST_METHOD'] !== 'GET') {
        header('Allow: GET');
        answer(405, ['error' => 'callbacks come by GET']);
    } elseif (text('SMSID') === '') {
        answer(400, ['error' => 'SMSID is missing']);
    } else {
        take(callback());
        answer(200, ['status' => 'ok']);
    }
}

/** What a callback says. All of it is text: an oaid of 19 digits is no number. */
function callback(): array
{
    return [
        'SMSID' => text('SMSID'),
        'phonenumber' => text('phonenumber'), // an advertising message has many recipients, and none here
        'TypeId' => text('TypeId'), // new ones come without notice
        'SendStatus' => text('SendStatus'), // 5 is finished; whether it arrived is in the next two
        'SendSuccess' => text('SendSuccess'),
        'SendFailed' => text('SendFailed'),
        'TotalPrice' => text('TotalPrice'),
        'RequestId' => text('RequestId'),
        'error' => errorInfo(text('error_info')),
    ];
}

/** A parameter as text: '' where it is absent, or a list. */
function text(string $name): string
{
    $value = $_GET[$name] ?? '';
    return is_string($value) ? mb_scrub($value, 'UTF-8') : '';
}

/**
 * Reads error_info, which is written in three ways: JSON, a JSON text that holds JSON, and
 * JSON with a date behind it, encoded once more. What is none of them is kept as the message.
 */
function errorInfo(string $given): array
{
    for ($plain = $given, $before = null; $plain !== $before; [$before, $plain] = [$plain, rawurldecode($plain)]) {
        $value = json_decode(explode('____', $plain, 2)[0], true);
        if (is_string($value)) {
            $value = json_decode($value, true);
        }
        if (is_array($value)) {
            return ['code' => $value['error'] ?? null, 'message' => $value['message'] ?? null];
        }
    }
    return ['code' => null, 'message' => $given];
}

/**
 * Returns when the callback is on disk, through this request or an earlier one. Workers share
 * no memory: what was taken is in one file a message, and its lock lets two deliveries of
 * one callback not both find it new. A database with a unique key does the same.
 */
function take(array $callback): void
{
    $file = open(journal($callback['SMSID']), 'c+');
    must(flock($file, LOCK_EX), 'locking the journal');
    [$known, $whole] = read($file);
    // What came before does not change when the same callback comes again.
    $identity = fn (array $c): array => [$c['phonenumber'], $c['SendStatus'], $c['SendSuccess'], $c['SendFailed']];
    if (!in_array($identity($callback), array_map($identity, $known), true)) {
        $earlier = array_filter($known, fn (array $c): bool => $c['phonenumber'] === $callback['phonenumber']);
        $callback['applied'] = apply($callback, array_values($earlier));
        must(ftruncate($file, $whole) && fseek($file, $whole) === 0, 'cutting the journal');
        $line = json_encode($callback, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE) . "\n";
        must(fwrite($file, $line) === strlen($line) && fsync($file), 'writing the journal');
    }
    fclose($file); // and with it goes the lock
}

/**
 * Your own code goes here; it tells whether the callback changed anything. One that a later
 * state of the same recipient has overtaken does not. A state that no table names has no
 * place in the order and counts when it comes.
 */
function apply(array $callback, array $earlier): bool
{
    $furthest = max([0, ...array_map(fn (array $c): int => PROGRESS[$c['SendStatus']] ?? 0, $earlier)]);
    return (PROGRESS[$callback['SendStatus']] ?? $furthest) >= $furthest;
}

/** How many callbacks of a message were applied. */
function applied(string $id): int
{
    $name = journal($id);
    if (!is_file($name)) {
        return 0;
    }
    $file = open($name, 'r');
    must(flock($file, LOCK_SH), 'locking the journal');
    return count(array_filter(read($file)[0], fn (array $c): bool => $c['applied']));
}

/**
 * The callbacks in a journal, and the length of what is whole. A last line without its end
 * was being written when the power went; nobody was told that it had been taken.
 */
function read($file): array
{
    $held = stream_get_contents($file);
    $whole = (int) strrpos("\n$held", "\n");
    $lines = array_filter(explode("\n", substr($held, 0, $whole)));
    return [array_map(fn (string $line): array => json_decode($line, true, flags: JSON_THROW_ON_ERROR), $lines), $whole];
}

/** The file of a message. Its name is a hash: an id from outside is no part of a path. */
function journal(string $id): string
{
    $hash = hash('sha256', $id);
    return sprintf('%s/%s/%s.jsonl', getenv('STATE') ?: 'state', substr($hash, 0, 2), $hash);
}

/** @return resource */
function open(string $name, string $mode)
{
    @mkdir(dirname($name), 0o700, true); // there already, or the next line says what is wrong
    $file = fopen($name, $mode);
    must($file !== false, "opening $name");
    return $file;
}

/** Ends the request unacknowledged when something that has to work did not. */
function must(bool $worked, string $what): void
{
    if (!$worked) {
        error_log("receiver: $what failed");
        answer(500, ['error' => 'internal server error']);
        exit;
    }
}

function answer(int $status, mixed $value): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($value);
}
