#!/bin/sh
# bench/proof/engines.sh TREE DIR [FOLDER…]
# One scan of folders of a tree, and the same as build steps under make, ninja and Slurm: all results must be the same
# to the byte, and a second build must have nothing to do. Two shares of the parts at a time must be as one scan in parts. DIR/steps.txt says what each step took by itself. Slurm runs
# on this machine alone, with a controller, a node and a munge of its own, and needs root. Packages: make ninja-build
# slurm-wlm munge time.
set -eu
[ $# -ge 2 ] || { echo "usage: $0 TREE DIR [FOLDER…]" >&2; exit 2; }
here=$(cd "$(dirname "$0")/../.." && pwd)
tree=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
shift 2
[ $# -gt 0 ] || set -- drivers/usb/core sound/core fs/fuse fs/autofs
cat > "$out/lockorder" <<WRAP
#!/bin/sh
exec /usr/bin/time -a -o $out/steps.txt -f '%U s user, %S s system, %M kB at most: %C' node $here/dist/cli.cjs "\$@"
WRAP
chmod +x "$out/lockorder"
: > "$out/steps.txt"
cd "$tree"

same() {
  cmp "$out/single.json" "$2" && echo "$1: the same to the byte"
}
seconds() {
  /usr/bin/time -f "$1: %U s user, %S s system, %e s by the clock" sh -c "$2"
}

seconds "one scan" "'$out/lockorder' scan $* --root . --whole --no-cache --jobs 2 --format json --out '$out/single.json' --fail-on never"

seconds make "make -s -j2 -f '$here/examples/build/Makefile' ROOT=. LOCKORDER='$out/lockorder' OUT='$out/make' SHARDS='$*'"
same make "$out/make/findings.json"
seconds "make again" "make -s -j2 -f '$here/examples/build/Makefile' ROOT=. LOCKORDER='$out/lockorder' OUT='$out/make' SHARDS='$*'"

seconds "one scan in parts, one at a time" "'$out/lockorder' scan $* --root . --cache '$out/one' --jobs 1 --format json --out '$out/parts.json' --fail-on never"
shares="make -s -j2 -f '$here/examples/build/shares.mk' ROOT=. PATHS='$*' LOCKORDER='$out/lockorder' OUT='$out/shares'"
seconds "two shares at a time" "$shares"
cmp "$out/parts.json" "$out/shares/findings.json" && echo "shares: the same to the byte"
seconds "shares again" "$shares"

{
  echo "rule summarize"
  echo "  command = $out/lockorder summarize \$in --root . -o \$dir --jobs 1 --no-cache"
  echo "  depfile = \$dir/summaries.d"
  echo "rule link"
  echo "  command = $out/lockorder link \$dirs --root . --format json --out \$out --fail-on never"
  summaries=
  dirs=
  for folder in "$@"; do
    dir=$out/ninja/$folder
    printf 'build %s/summaries.lockorder: summarize %s\n  dir = %s\n' "$dir" "$folder" "$dir"
    summaries="$summaries $dir/summaries.lockorder"
    dirs="$dirs $dir"
  done
  printf 'build %s/ninja/findings.json: link |%s\n  dirs =%s\n' "$out" "$summaries" "$dirs"
} > "$out/build.ninja"
seconds ninja "ninja --quiet -j2 -f '$out/build.ninja'"
same ninja "$out/ninja/findings.json"
ninja -j2 -f "$out/build.ninja" | sed 's/^/ninja again: /'

command -v slurmctld > /dev/null || { echo "slurm: not installed"; exit 0; }
[ "$(id -u)" = 0 ] || { echo "slurm: needs root"; exit 0; }
s=$out/slurm
rm -rf "$s"
mkdir -p "$s/state" "$s/spool" "$s/shards"
chmod 700 "$s"
host=$(hostname -s)
dd if=/dev/urandom bs=1 count=1024 of="$s/key" 2> /dev/null
chmod 400 "$s/key"
cat > "$s/slurm.conf" <<CONF
ClusterName=proof
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$s/munge.socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$s/state
SlurmdSpoolDir=$s/spool
SlurmctldPidFile=$s/slurmctld.pid
SlurmdPidFile=$s/slurmd.pid
SlurmctldLogFile=$s/slurmctld.log
SlurmdLogFile=$s/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SchedulerParameters=sched_interval=5,batch_sched_delay=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$s/slurm.conf"
stop() {
  for name in slurmd slurmctld munged; do
    [ ! -f "$s/$name.pid" ] || kill "$(cat "$s/$name.pid")" 2> /dev/null || true
  done
}
trap stop EXIT
munged --force --key-file="$s/key" --socket="$s/munge.socket" --pid-file="$s/munged.pid" \
  --log-file="$s/munged.log" --seed-file="$s/munged.seed"
slurmctld
slurmd
until sinfo -h -o %T 2> /dev/null | grep -q idle; do sleep 1; done

printf '%s\n' "$@" > "$s/folders"
cat > "$s/summarize.sh" <<JOB
#!/bin/sh
folder=\$(sed -n "\$((SLURM_ARRAY_TASK_ID + 1))p" $s/folders)
exec $out/lockorder summarize "\$folder" --root . -o "$s/shards/\$folder" --jobs 1 --no-cache
JOB
cat > "$s/link.sh" <<JOB
#!/bin/sh
exec $out/lockorder link $(for folder in "$@"; do printf '%s ' "$s/shards/$folder"; done) --root . --format json --out $s/findings.json --fail-on never
JOB
array=$(sbatch --parsable --array=0-$(($# - 1)) -c 1 -D "$tree" -o "$s/summarize-%a.log" "$s/summarize.sh")
link=$(sbatch --parsable --dependency=afterok:"$array" --wait -D "$tree" -o "$s/link.log" "$s/link.sh")
echo "slurm: array job $array of $# tasks, then link job $link"
same slurm "$s/findings.json"
