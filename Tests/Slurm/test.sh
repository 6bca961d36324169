#!/bin/sh
# The book on a real Slurm: a controller and two nodes of one core each, all on this machine. Three seeds of the quick profile are
# trained as an array of six jobs, which is submitted twice at once; a node is killed in the middle. The run store and the
# report must have the same bytes as one machine's.
#
# Needs what `setup.sh --slurm` installs, root, and the program. Its first argument is a run store from which the one machine
# may take what it has trained already.
set -eu
cd "$(dirname "$0")/../.."

program=${PROGRAM:-$PWD/.build/release/superposition}
known=$(realpath "$1")
seeds=3
folder=$(mktemp -d /tmp/superposition-slurm.XXXXXX)
host=$(hostname -s)
# The report then leaves out times, memory and the machine.
export SOURCE_DATE_EPOCH=0
export SLURM_CONF="$folder/slurm.conf"

fail() {
    echo "$*" >&2
    sinfo >&2 || true
    squeue >&2 || true
    tail -n 20 "$folder"/slurmctld.log "$folder"/slurmd-*.log "$folder"/slurm/logs/* >&2 || true
    exit 1
}

node() { slurmd -N "$1" >"$folder/slurmd-$1.out" 2>&1; }

stop() {
    scancel --user="$(id -un)" >/dev/null 2>&1 || true
    sleep 2
    scontrol shutdown >/dev/null 2>&1 || true
    for pid in "$folder"/*.pid; do [ ! -f "$pid" ] || kill "$(cat "$pid")" 2>/dev/null || true; done
    sleep 1
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM

# --- Slurm ---

dd if=/dev/urandom of="$folder/munge.key" bs=1024 count=1 2>/dev/null
chmod 400 "$folder/munge.key"
# munge wants folders that nobody else can change.
chmod 755 "$folder"
munged --force --key-file "$folder/munge.key" --socket "$folder/munge.socket" --pid-file "$folder/munged.pid" \
    --log-file "$folder/munged.log" --seed-file "$folder/munge.seed"

cat >"$folder/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=17000
SlurmUser=root
SlurmdUser=root
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdTimeout=10
ReturnToService=2
MinJobAge=86400
MpiDefault=none
NodeName=n1 NodeAddr=127.0.0.1 NodeHostname=$host Port=17001 CPUs=1 RealMemory=6000
NodeName=n2 NodeAddr=127.0.0.1 NodeHostname=$host Port=17002 CPUs=1 RealMemory=6000
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
END
echo 'CgroupPlugin=cgroup/v1' >"$folder/cgroup.conf"
mkdir "$folder/state"
slurmctld -c
node n1
node n2
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ "$(sinfo --noheader --states=idle --format=%D)" != 2 ] || break
    sleep 1
done
[ "$(sinfo --noheader --states=idle --format=%D)" = 2 ] || fail 'The nodes do not come up.'

# --- The book, twice at once ---

options="--profile quick --seeds $seeds"
"$program" plan $options --store "$folder/store" | tail -n 1
"$program" slurm $options --nodes 6 --cores 1 --store "$folder/store" --output "$folder/shared" --scripts "$folder/slurm"
grep -q 'array=0-5%6' "$folder/slurm/train-1.sbatch" || fail 'The array is not of six jobs.'
first=$(sh "$folder/slurm/submit.sh" | sed -n 's/^report: job //p')
second=$(sh "$folder/slurm/submit.sh" | sed -n 's/^report: job //p')

# --- A node dies ---

until [ "$(find "$folder/store" -name '*.entry' -o -name '*.part' | wc -l)" -ge 20 ]; do
    squeue --noheader | grep -q . || fail 'The jobs end too early.'
    sleep 1
done
on=$(squeue --noheader --nodelist=n2 --states=running --format=%i)
[ -n "$on" ] || fail 'Nothing runs on the second node.'
echo "The second node is killed, with job $on."
kill -KILL "$(cat "$folder/slurmd-n2.pid")"
pkill -KILL -f "slurmstepd: \[" --newest || true
for process in $(pgrep -f "$program train"); do
    grep -qz 'SLURMD_NODENAME=n2' "/proc/$process/environ" 2>/dev/null && kill -KILL "$process"
done
sleep 15
rm -f "$folder/slurmd-n2.pid"
node n2

# --- To the end ---

for report in "$first" "$second"; do
    until [ -z "$(squeue --noheader --jobs="$report" 2>/dev/null)" ]; do
        ! squeue --noheader --format=%r | grep -q DependencyNeverSatisfied || fail 'A job has failed.'
        sleep 2
    done
done
[ -f "$folder/shared/index.html" ] || fail 'There is no report.'
scontrol show job "${on%%_*}" | grep -q 'Restarts=[1-9]' || fail 'The killed job was not requeued.'

# --- The same bytes as one machine's ---

"$program" run $options --store "$known" --output "$folder/alone" --quiet >/dev/null
entries() { (cd "$1" && find . -name '*.entry' | sort); }
[ -z "$(find "$folder/store" -name '*.part' -o -name '*.lease')" ] || fail 'Parts or leases are left.'
[ "$(entries "$folder/store")" = "$(entries "$folder/store" | while read -r entry; do
    [ ! -f "$known/$entry" ] || echo "$entry"
done)" ] || fail 'Something was trained that no run needs.'
entries "$folder/store" | while read -r entry; do
    cmp "$folder/store/$entry" "$known/$entry" || fail "Other bytes: $entry"
done
diff -r "$folder/shared" "$folder/alone" || fail 'The reports differ.'
echo "$(entries "$folder/store" | wc -l) entries and the report have the same bytes as on one machine."
