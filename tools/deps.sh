#!/bin/sh
# Installs the missing packages that ordo needs on Debian 12. It is safe to run it again.
#
#   tools/deps.sh               everything: to build, test, benchmark and lint
#   tools/deps.sh --build-only  only to build ordo and try it with its embedded store
#   tools/deps.sh --list        prints the missing packages and installs none
set -eu

build_packages="
    g++ cmake ninja-build make pkg-config ccache git ca-certificates curl python3
    libboost1.81-dev libboost-json1.81-dev librdkafka-dev libmongoc-dev libsqlite3-dev libexpected-dev libspdlog-dev
    libcli11-dev libgtest-dev libtomlplusplus-dev prometheus-cpp-dev libjemalloc-dev zlib1g-dev libzstd-dev libssl-dev
    libcurl4-openssl-dev libcjose-dev libutf8proc-dev libhowardhinnant-date-dev tzdata iso-codes"
test_packages="clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev jq kcat lld-14 nginx-light python3-pymongo python3-venv python3-yaml sqlite3 valgrind wrk"

usage() {
    sed -n 's/^# \{0,1\}//p' "$0" | sed -n '2,6p'
}

# Whether the number at the start of $1 is at least $2.
at_least() {
    [ "${1%%[!0-9]*}" ] && [ "${1%%[!0-9]*}" -ge "$2" ]
}

# The local stack, and the tests that generate clients, accept any Java and Go that are new enough.
java_packages() {
    command -v mvn > /dev/null || echo maven
    version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
    at_least "$version" 17 && command -v javac > /dev/null || echo openjdk-17-jdk-headless
}

# Debian 12's Go is too old. With pip, the stack installs a newer one by itself (tools/stack/README.md).
go_packages() {
    minor=$(GOTOOLCHAIN=local go version 2> /dev/null | sed -n 's/.* go1\.\([0-9]*\).*/\1/p')
    at_least "$minor" 22 || python3 -m pip --version > /dev/null 2>&1 || echo python3-pip
}

# The dashboard, the validator of the AsyncAPI document and the tests' TypeScript client accept any Node.js that is new enough,
# with npm. A build without the dashboard (cmake -DORDO_ADMIN=OFF) needs neither.
node_packages() {
    at_least "$(node --version 2> /dev/null | sed 's/^v//')" 18 || echo nodejs
    command -v npm > /dev/null || echo npm
}

# The tests of the dashboard accept any Chromium.
chromium_package() {
    command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null || echo chromium
}

missing() {
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || echo "$package"
    done
}

list_only=
wanted="$build_packages $test_packages $(java_packages) $(go_packages) $(node_packages) $(chromium_package)"
for option in "$@"; do
    case $option in
        --build-only) wanted="$build_packages $(node_packages)" ;;
        --list) list_only=1 ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done

# shellcheck disable=SC2086  # A list of words.
packages=$(missing $wanted)
if [ -n "$list_only" ] || [ -z "$packages" ]; then
    [ -z "$packages" ] || echo "$packages"
    exit 0
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || { echo "deps.sh: neither root nor sudo; as root: apt-get install" $packages >&2; exit 1; }
    as_root=sudo
fi
echo "deps.sh: installing" $packages
$as_root apt-get update -qq

# Debian starts a server when it is installed. Our tests start nginx themselves, on their own ports, and need none on port 80.
# Debian's policy-rc.d prevents the start during the installation.
switch=/usr/sbin/policy-rc.d
if [ ! -e $switch ]; then
    trap '$as_root rm -f $switch' EXIT
    printf '#!/bin/sh\nexit 101\n' | $as_root tee $switch > /dev/null
    $as_root chmod +x $switch
fi
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages > /dev/null
