#!/usr/bin/env bash
# Submits the shards of a manifest as a SLURM job array, and the merge step after them.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: environment/slurm/submit.sh --manifest <file> --out <folder> --shards <N> [--only <list>] [-- options of sbatch]

Submits N array tasks of `phaselens generate --shard i/N`, of `phaselens study` for a manifest of that kind, and a merge step that runs when all of them have ended, well or not:
it names what is missing, or writes index.json. Prints the two job numbers. The folder must be one that all nodes see.

  --only <list>   these shards only, e.g. 3,7-9: repeats what failed
  --              what follows goes to both sbatch commands, e.g. --partition, --account, --time

Example, 16 shards of 4 cores for at most an hour each:
  environment/slurm/submit.sh --manifest data/bluecher2020-paper.json --out generated/paper --shards 16 -- --cpus-per-task=4 --time=60
TEXT
}

manifest="" out="" shards="" only=""
fail() {
  echo "submit.sh: $1 --help describes the options." >&2
  exit 2
}
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --manifest | --out | --shards | --only)
      [ $# -ge 2 ] || fail "$1 needs a value."
      declare "${1#--}=$2"
      shift 2
      ;;
    --) shift && break ;;
    *) fail "there is no option \"$1\"." ;;
  esac
done
[ -n "$manifest" ] && [ -n "$out" ] || fail "--manifest and --out are needed."
[ -f "$manifest" ] || fail "there is no manifest \"$manifest\"."
[[ $shards =~ ^[1-9][0-9]*$ ]] || fail "--shards must be a whole number of at least 1, got \"$shards\"."
command -v sbatch >/dev/null || { echo "submit.sh: there is no sbatch here; run this where SLURM is installed." >&2 && exit 1; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PHASELENS_COMMAND=$(cd "$here/../../lib/bin" && pwd)/phaselens.mjs
PHASELENS_NODE=$(command -v node)
PHASELENS_MANIFEST=$(realpath "$manifest")
PHASELENS_SHARDS=$shards
mkdir -p "$out/logs"
PHASELENS_OUT=$(realpath "$out")
kind=$("$PHASELENS_NODE" -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).kind' "$PHASELENS_MANIFEST") || kind=unreadable
PHASELENS_WORK="generate --manifest"
[ "$kind" != study ] || PHASELENS_WORK=study # its data are named as seen from here, where tasks start too
export PHASELENS_COMMAND PHASELENS_NODE PHASELENS_WORK PHASELENS_MANIFEST PHASELENS_OUT PHASELENS_SHARDS

# a manifest that cannot be worked on is known here, not N times in the queue
# shellcheck disable=SC2086 # a command and its option
"$PHASELENS_NODE" "$PHASELENS_COMMAND" $PHASELENS_WORK "$PHASELENS_MANIFEST" --plan

array=$(sbatch --parsable --export=ALL --array="${only:-1-$shards}" --output="$PHASELENS_OUT/logs/shard-%a.log" "$@" "$here/generate.sbatch")
array=${array%%;*} # a cluster's name may follow
merge=$(sbatch --parsable --export=ALL --dependency="afterany:$array" --output="$PHASELENS_OUT/logs/merge.log" "$@" "$here/merge.sbatch")
echo "shards $array"
echo "merge ${merge%%;*}"
