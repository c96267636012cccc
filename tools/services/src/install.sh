#!/bin/sh
# Installs Debian packages without starting what they bring: install.sh PACKAGE…
# One at a time on a machine. Runs to its end even if whoever called it dies, so that policy-rc.d is always put back.
set -eu
lock=${OSLOFJORD_INSTALL_LOCK:-/run/lock/oslofjord-services.lock}
policy=${OSLOFJORD_POLICY_RC:-/usr/sbin/policy-rc.d}
saved=$policy.oslofjord-saved
trap '' HUP INT TERM

mkdir -p "$(dirname "$lock")"
exec 9>"$lock"
flock 9

mark='placed for one installation by Oslofjord services'
restore() {
  if grep -qs "$mark" "$policy"; then rm -f "$policy"; fi
  if [ -e "$saved" ]; then mv -f "$saved" "$policy"; fi
}
restore # what a machine that lost power left behind

all_installed() {
  for package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || return 1
  done
}
if all_installed "$@"; then exit 0; fi

trap restore EXIT
if [ -e "$policy" ]; then mv "$policy" "$saved"; fi
printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
export RUNLEVEL=1
apt-get -q -y update 9>&- || echo 'apt-get update failed; trying with the lists at hand' >&2
apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" 9>&-
