# shellcheck shell=bash
# The stand-ins for the Rust images: Debian slim, a C linker and the host's own toolchain. Sourced, not run.

# The host's extra certificates (of a proxy that reads TLS). They go into builders only.
CERTIFICATES=/usr/local/share/ca-certificates

# Prints the host's toolchain folder. Fails where there is none, or where it is Debian's, which lies all over /usr.
find_toolchain() {
	local sysroot
	sysroot=$(rustc --print sysroot 2>/dev/null) && [[ $sysroot != /usr ]] && printf '%s' "$sysroot"
}

make_rust_slim() {
	local -a environment=(
		'ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo'
		'ENV PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
		"ENV RUST_VERSION=$(rustc --version | cut -d ' ' -f 2)"
	)
	start_box RUST_SLIM "${STAND_IN[DEBIAN]}"
	install_packages ca-certificates gcc libc6-dev
	copy_certificates
	copy_toolchain "$(find_toolchain)"
	commit_box RUST_SLIM "${STAND_IN[RUST_SLIM]}" "${environment[@]}"
}

# In a run for another suite: what the tests image stands on. (In a run for trixie it is RUST_SLIM, made before.)
make_tests_base() {
	SUITE=trixie
	name_images "$SUITE"
	if ! has_image "${STAND_IN[DEBIAN]}"; then make_debian; fi
	make_rust_slim
}

# The build packages most crates with C code ask for; the official image holds more.
make_rust() {
	start_box RUST "${STAND_IN[RUST_SLIM]}"
	install_packages curl file g++ git libssl-dev make patch pkg-config unzip xz-utils zlib1g-dev
	commit_box RUST "${STAND_IN[RUST]}"
}

# cargo, curl and Debian's pip read the system's bundle, which update-ca-certificates makes.
copy_certificates() {
	if [[ ! -d $CERTIFICATES ]]; then return; fi
	engine cp "$CERTIFICATES/." "$BOX:$CERTIFICATES"
	engine exec "$BOX" update-ca-certificates
}

# Where the official image has it, but without rustup: what stands in cargo/bin are links, not proxies.
copy_toolchain() {
	local from=$1 to=/usr/local/rustup/toolchains/${1##*/}
	printf 'copying the toolchain %s\n' "${from##*/}"
	engine exec "$BOX" mkdir -p "$to" /usr/local/cargo/bin
	tar --create --directory "$from" --exclude ./share/doc --exclude ./share/man \
		--numeric-owner --owner 0 --group 0 --mode a+rwX . | engine cp - "$BOX:$to"
	engine exec "$BOX" sh -euc "ln -s $to/bin/* /usr/local/cargo/bin/; chmod -R a+w /usr/local/cargo"
	engine exec "$BOX" /usr/local/cargo/bin/cargo --version
}
