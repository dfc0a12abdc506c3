#!/bin/sh
# bench/proof/slow-disk.sh TREE DIR MS FOLDER
# Scans a folder of a tree as it is and with each opening, reading, asking and listing below the tree taking so many
# milliseconds longer (slow-disk.c): the results must be the same to the byte. Prints how many of each there were.
# For the server: the same variables before `node out/bench/speed/latency.js`. Packages: gcc libc6-dev time.
set -eu
[ $# = 4 ] || { echo "usage: $0 TREE DIR MS FOLDER" >&2; exit 2; }
home=$(cd "$(dirname "$0")/../.." && pwd)
tree=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
gcc -O2 -Wall -Wextra -shared -fPIC -o "$out/slow-disk.so" "$home/bench/proof/slow-disk.c" -ldl
for ms in 0 "$3"; do
  rm -f "$out/counts.txt"
  SLOW_ROOT=$tree SLOW_MS=$ms SLOW_LOG=$out/counts.txt /usr/bin/time -f "$ms ms: %U s user, %S s system, %e s by the clock" \
    env LD_PRELOAD="$out/slow-disk.so" node "$home/dist/cli.cjs" scan "$tree/$4" --root "$tree" --no-cache --jobs 2 \
    --format json --out "$out/$ms.json" --fail-on never
  cat "$out/counts.txt"
done
cmp "$out/0.json" "$out/$3.json" && echo "the same to the byte"
