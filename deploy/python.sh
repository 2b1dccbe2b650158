# Sets PYTHON to an interpreter of 3.11 or newer, first to the one an archive was packed for; sourced by ../run and others.
find_python() {
    packed=$(sed -n 's/^ "python": "\(3\.[0-9]*\)",$/python\1/p' pack.json 2>/dev/null)
    for name in $packed python3 python3.11 python3.12 python3.13; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            PYTHON=$name
            return 0
        fi
    done
    return 1
}

if ! find_python; then
    echo "缺少：Python 3.11 或更高版本。安装命令：apt-get install -y python3 python3-venv"
    if [ "$(id -u)" = 0 ]; then
        apt-get update && apt-get install -y python3 python3-venv
    elif sudo -n true 2>/dev/null; then
        sudo apt-get update && sudo apt-get install -y python3 python3-venv
    fi
    find_python || exit 3
fi
