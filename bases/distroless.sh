# shellcheck shell=bash
# The stand-ins for distroless: unpacked Debian packages, no shell, no package manager. Sourced, not run.

# What each image is made of. busybox-static, of :debug, is unpacked apart.
STATIC_PACKAGES=(base-files ca-certificates media-types netbase tzdata)
declare -A CC_PACKAGES=(
	[trixie]='gcc-14-base libc6 libgcc-s1 libgomp1 libssl3t64 libstdc++6 libzstd1 zlib1g'
	[bookworm]='gcc-12-base libc6 libgcc-s1 libgomp1 libssl3 libstdc++6'
)
DISTROLESS_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
DISTROLESS_ENV=(
	'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'
	'WORKDIR /'
)

make_static() {
	make_tree STATIC "${STATIC_PACKAGES[@]}"
	import_tree STATIC "${STAND_IN[STATIC]}" "$WORK/STATIC" "ENV PATH=$DISTROLESS_PATH" "${DISTROLESS_ENV[@]}"
}

make_cc() {
	# shellcheck disable=SC2086  # a list of names
	make_tree CC "${STATIC_PACKAGES[@]}" ${CC_PACKAGES[$SUITE]}
	import_tree CC "${STAND_IN[CC]}" "$WORK/CC" "ENV PATH=$DISTROLESS_PATH" "${DISTROLESS_ENV[@]}"
}

make_cc_debug() {
	# shellcheck disable=SC2086  # a list of names
	make_tree CC_DEBUG "${STATIC_PACKAGES[@]}" ${CC_PACKAGES[$SUITE]}
	add_busybox "$WORK/CC_DEBUG"
	import_tree CC_DEBUG "${STAND_IN[CC_DEBUG]}" "$WORK/CC_DEBUG" \
		"ENV PATH=$DISTROLESS_PATH:/busybox" "${DISTROLESS_ENV[@]}" 'ENTRYPOINT ["/busybox/sh"]'
}

# make_tree ROLE PACKAGE...: $WORK/ROLE, the root of a distroless image.
make_tree() {
	local tree=$WORK/$1
	shift
	mkdir "$tree"
	fetch_packages "$tree.packages" "$@"
	unpack_packages "$tree.packages" "$tree"
	bundle_certificates "$tree"
	drop_what_is_not_run "$tree"
	add_accounts "$tree"
}

# fetch_packages FOLDER PACKAGE...: downloads them from the suite's mirror, signatures checked.
# apt works in FOLDER with a state of its own; of the host's configuration it takes how to fetch (proxies).
fetch_packages() {
	local folder=$1
	shift
	mkdir -p "$folder"/{etc/apt/{apt.conf.d,preferences.d,sources.list.d,trusted.gpg.d},var/{lib/{apt/lists,dpkg},cache/apt/archives}/partial}
	touch "$folder/var/lib/dpkg/status"
	print_sources >"$folder/etc/apt/sources.list.d/debian.sources"
	{
		apt-config dump Acquire
		printf 'Dir "%s";\nDir::State::status "%s/var/lib/dpkg/status";\n' "$folder" "$folder"
		printf 'APT::Sandbox::User "root";\nAcquire::Languages "none";\n'
	} >"$folder/apt.conf"
	(
		cd "$folder" || exit
		export APT_CONFIG=$folder/apt.conf
		apt-get update -q --error-on=any
		apt-get download -q "$@"
	)
}

# unpack_packages FOLDER TREE: with the record of each where scanners look for it in a distroless image.
unpack_packages() {
	local folder=$1 tree=$2 package name
	mkdir -p "$tree/var/lib/dpkg/status.d"
	for package in "$folder"/*.deb; do
		name=$(dpkg-deb --field "$package" Package)
		printf 'unpacking %s\n' "$name"
		dpkg-deb --extract "$package" "$tree"
		dpkg-deb --field "$package" >"$tree/var/lib/dpkg/status.d/$name"
	done
	rm -rf "$folder"
}

# The bundle that ca-certificates makes when it is installed; of Debian's certificates, never of the host's.
bundle_certificates() {
	mkdir -p "$1/etc/ssl/certs"
	# awk ends a last line that has no newline.
	awk 1 "$1"/usr/share/ca-certificates/mozilla/*.crt >"$1/etc/ssl/certs/ca-certificates.crt"
}

drop_what_is_not_run() {
	local tree=$1
	# Scripts that no shell is there for, and the single certificates, which the bundle repeats.
	rm -rf "$tree"/usr/sbin/* "$tree"/etc/{ca-certificates,update-motd.d} "$tree/usr/share/ca-certificates"
	rm -rf "$tree"/usr/share/{base-files,bug,info,lintian,locale,man}
	find "$tree/usr/share/doc" ! -type d ! -name copyright -delete
	find "$tree/usr/share/doc" -type d -empty -delete
}

add_accounts() {
	local tree=$1
	printf '%s\n' 'root:x:0:0:root:/root:/sbin/nologin' \
		'nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin' \
		'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >"$tree/etc/passwd"
	printf '%s\n' 'root:x:0:' 'nobody:x:65534:' 'tty:x:5:' 'staff:x:50:' 'nonroot:x:65532:' >"$tree/etc/group"
	printf 'hosts: files dns\n' >"$tree/etc/nsswitch.conf"
	install --directory --mode 0700 "$tree/root"
	install --directory --mode 0700 --owner 65532 --group 65532 "$tree/home/nonroot"
	install --directory --mode 1777 "$tree/tmp" "$tree/var/tmp"
}

add_busybox() {
	local tree=$1 applet
	fetch_packages "$tree.packages" busybox-static
	dpkg-deb --extract "$tree.packages"/busybox-static_*.deb "$tree.busybox"
	# In /bin or in /usr/bin, as the suite has it.
	find "$tree.busybox" -type f -path '*bin/busybox' -exec install -D --mode 0755 {} "$tree/busybox/busybox" ';'
	for applet in $("$tree/busybox/busybox" --list); do
		if [[ $applet != busybox ]]; then ln -s busybox "$tree/busybox/$applet"; fi
	done
}
