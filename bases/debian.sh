# shellcheck shell=bash
# The stand-in for Debian slim, by debuerreotype as the official image. Sourced, not run.

# In namespaces of its own: killed, it leaves no process (dpkg leaves the process group) and no mount.
caged() {
	unshare --mount --pid --mount-proc --fork --kill-child "$@"
}

make_debian() {
	local root=$WORK/debian
	caged debuerreotype-init --non-debian --keyring="$KEYRING" "$root" "$SUITE" "$MIRROR"
	caged debuerreotype-minimizing-config "$root"
	rm -f "$root/etc/apt/sources.list"
	print_sources >"$root/etc/apt/sources.list.d/debian.sources"
	caged debuerreotype-apt-get "$root" update -q
	caged debuerreotype-apt-get "$root" dist-upgrade -q --yes
	caged debuerreotype-slimify "$root"
	caged debuerreotype-tar "$root" "$WORK/DEBIAN.tar"
	import_archive DEBIAN "${STAND_IN[DEBIAN]}" "$WORK/DEBIAN.tar" 'CMD ["bash"]' \
		'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
	rm -rf "$root"
}
