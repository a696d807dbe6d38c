# shellcheck shell=bash
# Where Debian's packages come from: the mirrors in the host's own apt sources. Sourced, not run.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Sets MIRROR and SECURITY_MIRROR (empty where the host names none). Fails where there is no Debian mirror.
# apt itself reads its sources, so .list and .sources files count alike. Its trailing slash goes: not every mirror
# takes two in a row.
# shellcheck disable=SC2016  # the format is for apt to expand
find_mirrors() {
	local uri release component
	MIRROR='' SECURITY_MIRROR=''
	while read -r uri release component; do
		if [[ $uri != http?(s)://* || $component != main ]]; then continue; fi
		case $release in
		bookworm-security | trixie-security | stable-security | oldstable-security)
			: "${SECURITY_MIRROR:=${uri%/}}" ;;
		bookworm | trixie | forky | stable | oldstable | testing | unstable | sid)
			: "${MIRROR:=${uri%/}}" ;;
		esac
	done < <(apt-get indextargets --no-release-info \
		--format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages')
	[[ -n $MIRROR ]]
}

# Prints a deb822 source list of $SUITE, with its updates and security fixes.
print_sources() {
	printf 'Types: deb\nURIs: %s\nSuites: %s %s-updates\nComponents: main\nSigned-By: %s\n' \
		"$MIRROR" "$SUITE" "$SUITE" "$KEYRING"
	if [[ -n $SECURITY_MIRROR ]]; then
		printf '\nTypes: deb\nURIs: %s\nSuites: %s-security\nComponents: main\nSigned-By: %s\n' \
			"$SECURITY_MIRROR" "$SUITE" "$KEYRING"
	fi
}
