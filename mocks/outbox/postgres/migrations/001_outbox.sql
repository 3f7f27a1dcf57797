-- Apps, their events, and every attempt. River's tables stand beside these.

CREATE TABLE khop.apps (
    id       text PRIMARY KEY,
    place    bigint GENERATED ALWAYS AS IDENTITY, -- the order in which they were made
    name     text NOT NULL,
    provider text NOT NULL,
    target   text NOT NULL,
    settings json NOT NULL,
    speed    double precision NOT NULL,
    paused   boolean NOT NULL,
    sealed   boolean NOT NULL,                    -- whether secrets and headers are encrypted
    secrets  bytea NOT NULL,
    headers  bytea NOT NULL,
    created  timestamptz NOT NULL
);

-- IDs are taken under a lock that is held until the commit, so that they become
-- visible in ascending order; a sequence never gives one twice.
CREATE SEQUENCE khop.event_ids;

-- Narrow rows, because they change at every attempt; the body does not.
-- There is no foreign key to apps: accepting locks the app's row, and dropping one
-- removes its events.
CREATE TABLE khop.events (
    id      bigint PRIMARY KEY,
    app     text NOT NULL,
    type    text NOT NULL,
    object  text NOT NULL,
    state   text NOT NULL CHECK (state IN ('due', 'delivered', 'failed')),
    times   integer NOT NULL,
    next    timestamptz CHECK ((next IS NOT NULL) = (state = 'due')),
    by_hand boolean NOT NULL,
    fault   text NOT NULL,
    parked  boolean NOT NULL CHECK (state = 'due' OR NOT parked), -- due, and without a job
    turn    integer NOT NULL,                                     -- of the job that may deliver it
    created timestamptz NOT NULL,
    updated timestamptz NOT NULL
);
-- Newest first, as they are looked at. By -id and not by id, because otherwise
-- PostgreSQL prefers to walk through the primary key, and is slow whenever the events
-- asked for are far apart.
CREATE INDEX events_by_app   ON khop.events (app, (-id));
CREATE INDEX events_by_type  ON khop.events (app, type, (-id));
CREATE INDEX events_by_state ON khop.events (app, state, (-id));
CREATE INDEX events_due      ON khop.events (next) WHERE state = 'due';
CREATE INDEX events_parked   ON khop.events (app, next) WHERE parked;

CREATE TABLE khop.bodies (
    event bigint PRIMARY KEY,
    body  bytea NOT NULL
);

CREATE TABLE khop.attempts (
    event  bigint NOT NULL,
    number integer NOT NULL,
    record json NOT NULL,
    PRIMARY KEY (event, number)
);

-- How many events there are in each state, spread over shards so that transactions do
-- not queue for one row.
CREATE TABLE khop.counts (
    shard  integer NOT NULL,
    state  text NOT NULL,
    events bigint NOT NULL,
    PRIMARY KEY (shard, state)
) WITH (fillfactor = 50);

CREATE SEQUENCE khop.replicas AS integer CYCLE;

CREATE TABLE khop.house (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    salt    bytea,               -- of the key that secrets are encrypted with; null without one
    proof   bytea,               -- something that only the right key opens
    written timestamptz NOT NULL -- when a replica last made sure that it can write
);
INSERT INTO khop.house (written) VALUES (now());

-- The counts and the news follow from the rows, whoever changes them.

CREATE FUNCTION khop.count_events(state text, change bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO khop.counts AS c (shard, state, events)
    VALUES (pg_backend_pid() % 16, $1, $2)
    ON CONFLICT (shard, state) DO UPDATE SET events = c.events + excluded.events
$$;

-- News go out a hundred in a message, which has to stay below 8,000 bytes; more than a
-- thousand at once are told as "some".
CREATE FUNCTION khop.tell(news text[]) RETURNS void LANGUAGE sql AS $$
    SELECT pg_notify('khop_news', message) FROM (
        SELECT string_agg(line, E'\n' ORDER BY place) AS message
        FROM unnest(news) WITH ORDINALITY AS n (line, place)
        WHERE cardinality(news) <= 1000
        GROUP BY (place - 1) / 100
        ORDER BY (place - 1) / 100
    ) AS messages
    UNION ALL
    SELECT pg_notify('khop_news', 'some') WHERE cardinality(news) > 1000
$$;

CREATE FUNCTION khop.events_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM khop.count_events(state, count(*)) FROM fresh GROUP BY state ORDER BY state;
    PERFORM khop.tell(array(
        SELECT concat_ws(' ', id, app, state, times) FROM fresh ORDER BY id LIMIT 1001));
    RETURN NULL;
END $$;

CREATE FUNCTION khop.events_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM khop.count_events(state, sum(change)::bigint) FROM (
        SELECT state, 1 AS change FROM fresh UNION ALL SELECT state, -1 FROM stale
    ) AS changes GROUP BY state HAVING sum(change) <> 0 ORDER BY state;
    -- Not a join: the plan is made once, for however many rows come first.
    PERFORM khop.tell(array(
        SELECT concat_ws(' ', id, app, state, times) FROM (
            SELECT id, app, state, times FROM fresh EXCEPT SELECT id, app, state, times FROM stale
        ) AS news ORDER BY id LIMIT 1001));
    RETURN NULL;
END $$;

CREATE FUNCTION khop.events_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM khop.count_events(state, -count(*)) FROM stale GROUP BY state ORDER BY state;
    RETURN NULL;
END $$;

CREATE TRIGGER events_came AFTER INSERT ON khop.events
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION khop.events_came();
CREATE TRIGGER events_changed AFTER UPDATE ON khop.events
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION khop.events_changed();
CREATE TRIGGER events_went AFTER DELETE ON khop.events
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION khop.events_went();

-- For looking through jobs by what is in them, which nobody does here; keeping them up
-- to date would cost more than the job itself.
DROP INDEX IF EXISTS khop.river_job_args_index, khop.river_job_metadata_index;
