-- What merchants report to the AccessTrade endpoint; package sharedbook reads and writes
-- it. Times of orders are milliseconds since 1970, as merchants send them; khop's own are
-- nanoseconds, null where there is none. Merchants' texts are bytes: they may hold a NUL.

CREATE TABLE khop.accesstrade_orders (
    seq       bigint PRIMARY KEY, -- without gaps, so that the limit is a matter of counting
    id        bytea NOT NULL UNIQUE,
    time      bigint NOT NULL,
    status    integer NOT NULL,
    value     text NOT NULL,
    discount  text NOT NULL,
    session   bytea NOT NULL,
    products  integer NOT NULL,
    postbacks integer NOT NULL,
    reported  bigint,
    changed   bigint
);
CREATE INDEX accesstrade_orders_by_time   ON khop.accesstrade_orders (time);
CREATE INDEX accesstrade_orders_by_status ON khop.accesstrade_orders (status, seq);

CREATE TABLE khop.accesstrade_calls (
    number bigint PRIMARY KEY,
    entry  bytea NOT NULL
);
