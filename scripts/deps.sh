#!/usr/bin/env bash
# Installs what the tests need and this machine lacks, or says what to install.
#
# npm packages come from the lockfile. A C compiler (for the race detector),
# Chromium, nginx and HAProxy come from apt, where apt exists and this user may
# use it.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
	echo "deps: $*" >&2
	exit 1
}

command -v go >/dev/null || die "Go is missing: see https://go.dev/doc/install"
command -v node >/dev/null || die "Node.js is missing: install Node.js 20 or newer"
command -v npm >/dev/null || die "npm is missing: it comes with Node.js"

packages=()
command -v "${CC:-gcc}" >/dev/null || packages+=(gcc libc6-dev)
command -v chromium >/dev/null || packages+=(chromium)
for proxy in nginx haproxy; do
	PATH=$PATH:/usr/sbin command -v "$proxy" >/dev/null || packages+=("$proxy")
done

if [ ${#packages[@]} -gt 0 ]; then
	apt=(apt-get)
	if [ "$(id -u)" -ne 0 ]; then
		sudo -n true 2>/dev/null || die "as root, run: apt-get install ${packages[*]}"
		apt=(sudo -n apt-get)
	fi
	command -v apt-get >/dev/null || die "install with your package manager: ${packages[*]}"
	echo "deps: installing ${packages[*]}"
	"${apt[@]}" update -q >/dev/null
	DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -q -y --no-install-recommends "${packages[@]}" >/dev/null ||
		die "apt-get could not install: ${packages[*]}"
	# The tests start proxies of their own. These were not here before.
	for proxy in nginx haproxy; do
		if [[ " ${packages[*]} " == *" $proxy "* && -d /run/systemd/system ]]; then
			"${apt[@]/apt-get/systemctl}" disable -q --now "$proxy"
		fi
	done
fi

# npm keeps a copy of the lockfile's contents; a newer lockfile means work.
for dir in . examples/chat/web; do
	if [ ! "$dir/node_modules/.package-lock.json" -nt "$dir/package-lock.json" ]; then
		echo "deps: npm ci in $dir"
		(cd "$dir" && npm ci --no-audit --no-fund --loglevel=error)
	fi
done
