#!/bin/bash
# bench/proof/ci.sh DIR   runs the recipes of docs/ci.md in a new repository in DIR and prints what they say.
# The scripts are those of the page. Ends with 1 when a recipe does not end as it must.
set -u
[ $# = 1 ] || { echo "usage: ci.sh DIR" >&2; exit 2; }
home=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1/bin" && cd "$1" || exit 2
work=$PWD
failed=0

printf '#!/bin/sh\nexec node "%s/dist/cli.cjs" "$@"\n' "$home" >bin/lockorder
chmod +x bin/lockorder
export PATH=$work/bin:$PATH XDG_CACHE_HOME=$work/cache GIT_CONFIG_GLOBAL=/dev/null
rm -rf tree && mkdir tree && cd tree || exit 2
git init -q -b main . && git config user.name Developer && git config user.email developer@example.org

# recipe HEADING NUMBER: the code block of that number below a heading of the page
recipe() {
	awk -v heading="## $1" -v wanted="$2" '
		$0 == heading { here = 1; next }
		/^## / { here = 0 }
		here && /^```(sh|yaml)/ { count++; inside = count == wanted; next }
		/^```/ { inside = 0 }
		inside' "$home/docs/ci.md"
}

# expect CODE NAME COMMAND...: runs it, prints command, output and code
expect() {
	local code=$1 name=$2
	shift 2
	echo "== $name"
	"$@"
	local got=$?
	[ $got = "$code" ] && return
	echo "expected $code, got $got"
	failed=1
}

cp "$home"/bench/proof/module/* .
echo '{}' >lockorder.json
sed -i '/^int vending_collect/,/^}/d' service.c
sed -i '/collect/d' vending.h
git add . && git commit -qm 'A vending machine'
git switch -qc service

echo '/* Coins. */' >>service.c
git commit -qam 'Say what is in it'
cp "$home"/bench/proof/module/{service.c,vending.h} .
recipe 'Before each commit' 1 >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
git add .
expect 1 hook git commit -qm 'Collect the coins'
git commit -qnm 'Collect the coins'

expect 1 github lockorder scan --format github --diff main
expect 1 commits bash -o pipefail -c 'lockorder scan --diff main..service | tail -n 3'

expect 0 sarif sh -c "$(recipe SARIF 1)"
node -e '
	const { runs } = JSON.parse(require("fs").readFileSync("lockorder.sarif", "utf8"));
	for (const { ruleId, level, partialFingerprints } of runs[0].results)
		console.log(ruleId, level, JSON.stringify(partialFingerprints));'

expect 0 baseline-write sh -c "$(recipe 'A tree with old findings' 1)"
expect 0 baseline sh -c "$(recipe 'A tree with old findings' 2)"
cat >refund.c <<'C'
#include "vending.h"

void vending_refund(struct vending *m)
{
	mutex_lock(&m->till_lock);
	mutex_lock(&m->shelf_lock);
	m->coins--;
	m->bottles++;
	mutex_unlock(&m->shelf_lock);
	mutex_unlock(&m->till_lock);
}
C
expect 1 baseline-new sh -c "$(recipe 'A tree with old findings' 2)"
exit $failed
