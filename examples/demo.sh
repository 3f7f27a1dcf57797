#!/bin/sh
# Verify the bundled reference receiver and a twin of it with one realistic bug.
# Usage: demo.sh KHOP OUT
set -eu

khop=$1
out=$2
secret=partner_code=PARTNER-42
mkdir -p "$out"
trap 'kill $correct $faulty 2>/dev/null || true; wait 2>/dev/null || true' EXIT
correct= faulty=

# start PORT-FILE [FLAGS]: run a receiver on a free port and wait for its address.
start() {
	log=$1
	shift
	"$khop" receiver superai --secret "$secret" --listen 127.0.0.1:0 "$@" >"$log" &
	pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		address=$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' "$log")
		[ -n "$address" ] && return
		sleep 0.1
	done
	echo "the receiver did not start:" >&2
	cat "$log" >&2
	exit 3
}

# expect CODE COMMAND...: the verdict has to be the one that is right.
expect() {
	want=$1
	shift
	code=0
	"$@" || code=$?
	if [ "$code" != "$want" ]; then
		echo "exit code $code where $want was expected" >&2
		exit 3
	fi
}

echo "1. The reference receiver, which is correct."
echo
start "$out/correct.log"
correct=$pid
expect 0 "$khop" verify superai --target "$address" --secret "$secret" --report "$out/correct"

echo
echo "2. Its twin, which checks the signature only when there is one."
echo
start "$out/faulty.log" --defect missing-header-passes
faulty=$pid
expect 1 "$khop" verify superai --target "$address" --secret "$secret" --report "$out/faulty"

echo
echo "Reports: $out/correct and $out/faulty (report.html, report.json, junit.xml and others)"
