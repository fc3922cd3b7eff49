# Makes the virtual environment named in $1 with the first Python >= 3.11 that is found.
set -eu
for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    "$candidate" -m venv "$1" && exit 0
    echo "$candidate has no working venv module. On Debian and Ubuntu: apt install python3-venv" >&2
    exit 2
  fi
done
echo "Python 3.11 or newer is needed. Install it, or name it: make demo PYTHON=/path/to/python3" >&2
exit 2
