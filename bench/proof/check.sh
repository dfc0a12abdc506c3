#!/bin/bash
# bench/proof/check.sh SOURCE BUILD DIR   what `make C=2` on one directory costs with sparse and with lockorder
# SOURCE is a kernel tree, only read; BUILD is made there from tinyconfig and check.config; DIR is e.g. drivers/usb/core/
# Prints CPU and wall seconds of make itself, and the messages. Ends with 1 when make does not get through.
set -u
[ $# = 3 ] || { echo "usage: check.sh SOURCE BUILD DIR" >&2; exit 2; }
home=$(cd "$(dirname "$0")/../.." && pwd)
source=$(cd "$1" && pwd) || exit 2
mkdir -p "$2/bin" && build=$(cd "$2" && pwd)
dir=$3

printf '#!/bin/sh\nexec node "%s/dist/cli.cjs" "$@"\n' "$home" >"$build/bin/lockorder"
chmod +x "$build/bin/lockorder"
export PATH=$build/bin:$PATH XDG_CACHE_HOME=$build/lockorder-cache
# Without -s for what is measured: it would send the checker's standard output away.
in_tree() { make -s -C "$source" O="$build" "$@"; }

if [ ! -e "$build/.config" ]; then
	in_tree tinyconfig >/dev/null &&
		(cd "$build" && "$source/scripts/kconfig/merge_config.sh" -m -O . .config "$home/bench/proof/check.config" >/dev/null) &&
		in_tree olddefconfig >/dev/null || exit 2
fi
in_tree prepare && in_tree "$dir" || exit 1
rm -rf "$XDG_CACHE_HOME"

failed=0
# measure NAME [CHECK]: everything is compiled already, so what is left is make and the checker
measure() {
	local check=${2:+C=2} TIMEFORMAT="$1: %U + %S CPU s, %R s wall"
	time make -C "$source" O="$build" ${check:+"$check"} ${2:+CHECK="$2"} "$dir" >"$build/$1.out" 2>&1 || failed=1
	echo "  $(grep -cE '^[^ ]+:[0-9]+:[0-9]+: (error|warning)' "$build/$1.out") errors and warnings"
}
files=$(make -C "$source" O="$build" C=2 CHECK='echo checked' "$dir" | grep -c '^checked')
echo "$dir: $files files"
measure make
measure sparse sparse
measure lockorder-first 'lockorder check'
measure lockorder-again 'lockorder check'
TIMEFORMAT='the whole directory at once: %U + %S CPU s, %R s wall'
time lockorder scan "$source/$dir" >"$build/scan.out" 2>/dev/null
echo "  $(tail -n 1 "$build/scan.out")"
exit $failed
