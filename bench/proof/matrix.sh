#!/bin/bash
# bench/proof/matrix.sh TREE DIR [SHARD…]
# Does what the matrix of docs/scaling.md says, by the commands of the page: each job on a checkout of its own with a
# cache of its own, what it uploads copied to where the link job downloads it. A shard is a list of folders, in one
# word; without any they are those of the page. In the end one scan of all of them must be the same to the byte.
# Checkouts are hard links to the tree, which nothing writes to: DIR has to be on the same disk.
set -eu
[ $# -ge 2 ] || { echo "usage: $0 TREE DIR [SHARD…]" >&2; exit 2; }
home=$(cd "$(dirname "$0")/../.." && pwd)
tree=$(cd "$1" && pwd)
mkdir -p "$2/bin"
out=$(cd "$2" && pwd)
shift 2
printf '#!/bin/sh\nshift\nexec node "%s/dist/cli.cjs" "$@"\n' "$home" > "$out/bin/npx"
chmod +x "$out/bin/npx"
export PATH=$out/bin:$PATH

page=$(awk '/^## A matrix/ { here = 1 } here && /^```yaml/ { inside = 1; next } /^```/ { inside = 0 } inside' "$home/docs/scaling.md")
# The commands of a job.
steps() {
  awk -v job="  $1:" '$0 == job { here = 1; next } /^  [a-z]+:$/ { here = 0 }
    here && sub(/^ *- run: /, "")' <<< "$page"
}
[ $# -gt 0 ] || eval "set -- $(awk "/^ *shard:/ { here = 1; next } /^ *\]/ { here = 0 } here && /'/ { gsub(/^ *|,\$/, \"\"); print }" <<< "$page" | tr '\n' ' ')"

# job NAME COMMAND: on a checkout of its own
job() {
  rm -rf "$out/$1" "$out/cache-$1"
  cp -al "$tree" "$out/$1"
  [ ! -d "$out/artifacts-$1" ] || cp -r "$out/artifacts-$1" "$out/$1/shards"
  local status=0
  (cd "$out/$1" && XDG_CACHE_HOME="$out/cache-$1" /usr/bin/time -f "$1: %U s user, %S s system, %M kB at most" sh -ec "$2") || status=$?
  echo "$1: exit code $status"
  return $status
}

rm -rf "$out/artifacts-link"
mkdir "$out/artifacts-link"
at=0
for shard in "$@"; do
  job "summarize-$at" "$(steps summarize | sed "s|\${{ matrix.shard }}|$shard|")"
  cp -r "$out/summarize-$at/out" "$out/artifacts-link/summaries-$at"
  rm -rf "$out/summarize-$at"
  at=$((at + 1))
done
# 1 says that there are findings.
job link "$(steps link)" || [ $? = 1 ]
(cd "$out/link" && npx lockorder scan $* --root . --whole --no-cache --format sarif --out single.sarif --fail-on never)
cmp "$out/link/single.sarif" "$out/link/findings.sarif"
echo "link: the same to the byte as one scan, $(grep -c '"ruleId"' "$out/link/findings.sarif") findings"
