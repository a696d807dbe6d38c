#!/bin/sh
# shellcheck shell=busybox
# entrypoint for images with busybox: makes the runtime user, then runs a command as it.
# The same contract as entrypoint.c; what differs is a table in entrypoint(8).
#
# PID 1 is this shell until the last line, which becomes the command through su-exec.
set -eu

# What a function does not keep to itself begins with _ep_: a name that the environment has as well
# would be changed for the program too. So would _, a name like any other: read has _ep_ignored instead.
_ep_version=0.1.0
_ep_id_rule='a number from 0 to 4294967294, digits only, without leading zeros'
_ep_name_rule='a-z or _, then up to 31 of a-z, 0-9, _ and -'
_ep_mask_rule='three octal digits, with or without a 0 before them'
_ep_return=$(printf '\r')
_ep_path_rule='absolute, each name at most 255 bytes, without //, /./, /../ and without a slash at the end'
# Never owned, nor anything below them: the system's own.
_ep_system_trees='/bin /boot /dev /lib /lib32 /lib64 /libx32 /proc /sbin /sys /usr'
# Not owned themselves, as they hold what belongs to others. A directory below them may be.
_ep_shared_directories='/etc /home /root /run /tmp /var /var/cache /var/lib /var/log /var/run /var/spool /var/tmp'

# The program's PATH is not the one for the tools of this script.
_ep_program_path=${PATH-}
# Lengths are bytes, not characters of the program's locale.
_ep_program_locale=${LC_ALL-}
_ep_has_locale=${LC_ALL+yes}
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/busybox

main() {
	parse_options "$@"
	shift "$_ep_taken"
	[ $# -gt 0 ] || fail 'PROGRAM: missing: see entrypoint --help'
	read_settings
	if [ "$_ep_started_as" -eq 0 ]; then
		check_accounts
		check_can_become
		check_paths
		add_accounts
		for_each_directory own_directory
	else
		check_own_account
		check_paths
		for_each_directory check_writable
		for_each_directory make_directory
		for_each_directory check_writable
	fi
	umask "$_ep_mask"
	copy_seed
	run_program "$@"
}

# One line, whatever bytes a value holds.
fail() {
	printf 'entrypoint: %.500s' "$*" | tr -c '\040-\176' '?' >&2
	printf '\n' >&2
	exit 125
}

help() {
	cat <<-'EOF'
		Usage: entrypoint [OPTION]... PROGRAM [ARG]...
		As root: make the user, give it its directories, become it, execute PROGRAM.
		As anyone else: check that the directories are writable, execute PROGRAM.

		  --help     show this help
		  --version  show the version
		  --         end of options

		Chosen when the container is run:
		  USER_ID          the user's id; 0 stays root (default: DEFAULT_USER_ID)
		  GROUP_ID         its group's id (default: USER_ID)
		  USER_NAME        its name (default: app)
		  UMASK            three octal digits (default: 0027)
		Chosen by the image:
		  DEFAULT_USER_ID  the id for a start as root without USER_ID
		  ENTRYPOINT_OWN   DIRECTORY[:DIRECTORY]..., made and given to the user
		  ENTRYPOINT_SEED  TEMPLATE:TARGET, copied where the target is missing

		Exit status: 125 entrypoint failed, 126 PROGRAM cannot be executed,
		127 PROGRAM was not found, else that of PROGRAM.
	EOF
}

version() {
	printf 'entrypoint %s\n' "$_ep_version"
}

# Sets _ep_taken to the number of arguments that are options.
parse_options() {
	local option show=

	_ep_taken=0
	for option; do
		case $option in
		--) _ep_taken=$((_ep_taken + 1)); break ;;
		--help | --version) show=${option#--} ;;
		--init) fail '--init: only entrypoint.c has it: use "docker run --init"' ;;
		-*) fail "$option: no such option: see entrypoint --help" ;;
		*) break ;;
		esac
		_ep_taken=$((_ep_taken + 1))
	done
	[ -n "$show" ] || return 0
	"$show" 2>/dev/null || fail 'standard output: cannot be written'
	exit 0
}

## Settings: all of them are read and judged before anything is touched

read_settings() {
	_ep_started_as=$(id -u 2>/dev/null)
	read_ids
	_ep_user_name=${USER_NAME-app}
	check_user_name
	_ep_mask=${UMASK-0027}
	case $_ep_mask in
	[0-7][0-7][0-7] | 0[0-7][0-7][0-7]) ;;
	*) refuse UMASK "$_ep_mask_rule" "$_ep_mask" ;;
	esac
	_ep_directories=${ENTRYPOINT_OWN-}
	for_each_directory check_directory_name
	read_seed
	read_init
}

# Takes a variable, what it must be, and what it is.
refuse() {
	fail "$1: must be $2, not \"$3\""
}

# Sets _ep_uid and _ep_gid. An image's default yields to the uid of --user; a USER_ID does not.
read_ids() {
	[ -z "${DEFAULT_USER_ID+set}" ] || is_id "$DEFAULT_USER_ID" || refuse DEFAULT_USER_ID "$_ep_id_rule" "$DEFAULT_USER_ID"
	[ -z "${USER_ID+set}" ] || is_id "$USER_ID" || refuse USER_ID "$_ep_id_rule" "$USER_ID"
	[ -z "${GROUP_ID+set}" ] || is_id "$GROUP_ID" || refuse GROUP_ID "$_ep_id_rule" "$GROUP_ID"
	if [ "$_ep_started_as" -eq 0 ]; then
		_ep_uid=${USER_ID-${DEFAULT_USER_ID-}}
		[ -n "$_ep_uid" ] || fail "USER_ID: is not set, and the image has no DEFAULT_USER_ID; must be $_ep_id_rule"
		_ep_gid=${GROUP_ID-$_ep_uid}
	else
		_ep_uid=$_ep_started_as
		_ep_gid=$(id -g 2>/dev/null)
		keep_id USER_ID "$_ep_uid" "${USER_ID-$_ep_uid}"
		keep_id GROUP_ID "$_ep_gid" "${GROUP_ID-$_ep_gid}"
	fi
}

keep_id() {
	[ "$3" = "$2" ] || refuse "$1" "unset or $2, as this was started as $2 and not as root" "$3"
}

is_id() {
	case $1 in
	'' | *[!0-9]* | 0?* | ???????????*) return 1 ;;
	*) [ "$1" -le 4294967294 ] ;;
	esac
}

check_user_name() {
	case $_ep_user_name in
	'' | [!a-z_]* | *[!a-z0-9_-]*) refuse USER_NAME "$_ep_name_rule" "$_ep_user_name" ;;
	esac
	[ ${#_ep_user_name} -le 32 ] || refuse USER_NAME "$_ep_name_rule" "$_ep_user_name"
}

# Takes a function; calls it with each directory of ENTRYPOINT_OWN. Empty is the same as not set.
for_each_directory() {
	local rest=$_ep_directories: function=$1

	[ -n "$_ep_directories" ] || return 0
	while [ -n "$rest" ]; do
		"$function" "${rest%%:*}"
		rest=${rest#*:}
	done
}

check_directory_name() {
	local name

	[ ${#1} -le 4095 ] || fail 'ENTRYPOINT_OWN: too long: each must be at most 4095 bytes'
	has_one_spelling "$1" || refuse ENTRYPOINT_OWN "DIRECTORY[:DIRECTORY]..., each $_ep_path_rule" "$1"
	for name in $_ep_system_trees; do
		case $1/ in
		"$name"/*) refuse ENTRYPOINT_OWN "outside of $name, the system's own" "$1" ;;
		esac
	done
	for name in $_ep_shared_directories; do
		[ "$1" != "$name" ] || refuse ENTRYPOINT_OWN "below $name, which others share" "$1"
	done
}

has_one_spelling() {
	local rest=${1#/}/ name

	case $1 in [!/]*) return 1 ;; esac
	while [ -n "$rest" ]; do
		name=${rest%%/*}
		rest=${rest#*/}
		case $name in '' | . | ..) return 1 ;; esac
		[ ${#name} -le 255 ] || return 1
	done
	[ ${#1} -le 4095 ]
}

# Sets _ep_template and _ep_target, both empty when there is no seed.
read_seed() {
	_ep_template=
	_ep_target=
	[ -n "${ENTRYPOINT_SEED-}" ] || return 0
	case $ENTRYPOINT_SEED in
	*:*:*) ;;
	*:*)
		_ep_template=${ENTRYPOINT_SEED%%:*}
		_ep_target=${ENTRYPOINT_SEED#*:}
		;;
	esac
	if ! has_one_spelling "$_ep_template" || ! has_one_spelling "$_ep_target"; then
		refuse ENTRYPOINT_SEED "TEMPLATE:TARGET, each $_ep_path_rule" "$ENTRYPOINT_SEED"
	fi
}

read_init() {
	case ${ENTRYPOINT_INIT-0} in
	0) ;;
	1) fail 'ENTRYPOINT_INIT: only entrypoint.c has it: use "docker run --init"' ;;
	*) refuse ENTRYPOINT_INIT '0 or 1' "$ENTRYPOINT_INIT" ;;
	esac
}

## Checks that only look

check_can_become() {
	local said

	_ep_su_exec=$(command -v su-exec) || fail "su-exec: not found in $PATH"
	said=$(as_user true 2>&1) || case $said in
	*': /etc/passwd: '*) fail "${said#*: }" ;;
	*) fail "USER_ID: this process cannot become $_ep_uid:$_ep_gid; it needs the capabilities SETUID and SETGID, and the ids in its user namespace" ;;
	esac
}

as_user() {
	if [ "$_ep_started_as" -eq 0 ]; then "$_ep_su_exec" "$_ep_uid:$_ep_gid" "$@"; else "$@"; fi
}

# Sets _ep_need_user and _ep_need_group. An id that has an entry is used as it is, whatever its name; where
# one is missing, the name must not stand for another id. Root is never made.
check_accounts() {
	_ep_need_user=no
	_ep_need_group=no
	[ "$_ep_uid" -ne 0 ] || return 0
	look_up /etc/passwd 6 "$_ep_uid"
	[ "$_ep_found" = id ] || _ep_need_user=yes
	[ "$_ep_found" != name ] || refuse_name uid /etc/passwd USER_ID
	look_up /etc/group 3 "$_ep_gid"
	[ "$_ep_found" = id ] || _ep_need_group=yes
	[ "$_ep_found" != name ] || refuse_name gid /etc/group GROUP_ID
}

# The uid's alone: nobody is made, and this name is in no line.
check_own_account() {
	_ep_user_name=:
	look_up /etc/passwd 6 "$_ep_uid"
}

refuse_name() {
	fail "USER_NAME: must be a name that $2 does not have, or $3 must be $_ep_found_id, not \"$_ep_user_name\", which is $1 $_ep_found_id"
}

# Takes a file, the number of colons in its lines, an id.
# Sets _ep_found to id, name or none; with name also _ep_found_id. The first line of each kind counts.
# A carriage return keeps no line from matching: then it is refused.
look_up() {
	local file=$1 line plain name number count=0

	_ep_found=none
	[ -e "$file" ] || return 0
	[ -f "$file" ] || fail "$file: must be a regular file"
	[ -r "$file" ] || fail "$file: Permission denied"
	# shellcheck disable=SC2094  # check_line only reports the name
	while IFS= read -r line || [ -n "$line" ]; do
		count=$((count + 1))
		case $line in [+#-]*) continue ;; esac
		plain=${line//"$_ep_return"/}
		name=${plain%%:*}
		number=${plain#*:*:}
		case $plain in *:*:*) number=${number%%:*} ;; *) number= ;; esac
		if [ "$number" = "$3" ]; then
			check_line "$file" "$count" "$line" "$2"
			_ep_found=id
			return 0
		elif [ "$name" = "$_ep_user_name" ] && [ "$_ep_found" = none ]; then
			_ep_found=name
			_ep_found_id=$number
			_ep_found_line=$count
			_ep_named=$line
		fi
	done <"$file"
	[ "$_ep_found" = none ] || check_line "$file" "$_ep_found_line" "$_ep_named" "$2"
}

# Takes a file, the number of a line, the line, the number of its colons: 6 in passwd, which has a gid as well.
check_line() {
	local colons id gid

	colons=$(printf '%s' "$3" | tr -cd :)
	id=${3#*:*:}
	gid=${id#*:}
	[ "$4" -eq 6 ] || gid=0
	case $3 in
	:* | *"$_ep_return"*) ;;
	*) [ ${#colons} -ne "$4" ] || ! is_id "${id%%:*}" || ! is_id "${gid%%:*}" || return 0 ;;
	esac
	fail "$1: line $2 is malformed: it must have $4 colons, each id $_ep_id_rule"
}

check_paths() {
	for_each_directory check_components
	[ -n "$_ep_template" ] || return 0
	[ -e "$_ep_template" ] || fail "ENTRYPOINT_SEED: $_ep_template: No such file or directory"
	[ -f "$_ep_template" ] || fail "ENTRYPOINT_SEED: must have a regular file as template, not \"$_ep_template\""
	has_one_spelling "$_ep_target.entrypoint" ||
		fail 'ENTRYPOINT_SEED: too long: the target must be at most 4084 bytes, its name 244'
}

# Takes a directory; fails where what exists of it holds something else.
check_components() {
	local reached='' rest=${1#/}/

	while [ -n "$rest" ]; do
		reached=$reached/${rest%%/*}
		rest=${rest#*/}
		[ ! -L "$reached" ] ||
			fail "ENTRYPOINT_OWN: must name directories, not \"$1\": $reached is a symbolic link"
		[ -d "$reached" ] || [ ! -e "$reached" ] ||
			fail "ENTRYPOINT_OWN: must name directories, not \"$1\": $reached is none"
	done
}

# For a start as another user than root: what there is already must be writable.
check_writable() {
	if [ -d "$1" ] && { [ ! -w "$1" ] || [ ! -x "$1" ]; }; then
		fail "ENTRYPOINT_OWN: $1: must be writable by uid $_ep_uid, gid $_ep_gid"
	fi
}

## Changes

add_accounts() {
	[ "$_ep_need_group" = no ] || append_entry /etc/group "$_ep_user_name:x:$_ep_gid:"
	[ "$_ep_need_user" = no ] || append_entry /etc/passwd "$_ep_user_name:x:$_ep_uid:$_ep_gid::/:/sbin/nologin"
}

# Takes a file and an entry. The file is replaced as a whole by one that is already on disk. Where
# none can be put in its place (read-only root, no right, a mount) the numbers have to do.
append_entry() {
	local new=$1.entrypoint.$$ said

	! is_mount "$1" || return 0
	{ rm -f "$new" && (umask 022 && : >"$new"); } 2>/dev/null || return 0
	if ! said=$({ write_copy "$1" "$2" "$new" && mv -f "$new" "$1"; } 2>&1); then
		rm -f "$new"
		fail "$1: cannot be written: ${said##*: }"
	fi
}

write_copy() {
	if [ -e "$1" ]; then
		cp -p "$1" "$3" || return 1
		[ -z "$(tail -c 1 "$1")" ] || printf '\n' >>"$3" || return 1
	fi
	printf '%s\n' "$2" >>"$3" && sync_file "$3"
}

# fsync(2); not every busybox has an applet of that name. Takes a file, and who runs it: as_user or
# nothing. By a descriptor for reading, as a user may not write to every file of its own.
sync_file() {
	local file=$1

	shift
	# shellcheck disable=SC2016  # it is the inner shell that has the path
	"$@" sh -c 'dd if=/dev/null conv=fsync 1<"$1" 2>/dev/null' sh "$file"
}

is_mount() {
	local path

	while read -r _ep_ignored _ep_ignored _ep_ignored _ep_ignored path _ep_ignored; do
		[ "$path" != "$1" ] || return 0
	done </proc/self/mountinfo
	return 1
}

# Makes a directory, and gives what in it has another owner or group to the user. Stays on its mount.
own_directory() {
	local directory=$1 mount said

	make_directory "$directory"
	set --
	while read -r _ep_ignored _ep_ignored _ep_ignored _ep_ignored mount _ep_ignored; do
		# shellcheck disable=SC2254  # it is a pattern
		case $directory in
		$mount) ;;
		*) set -- "$@" -path "$mount" -prune -o ;;
		esac
	done <<-EOF
		$(sed 's/\\[0-7][0-7][0-7]/?/g; s/[][*]/?/g' /proc/self/mountinfo)
	EOF
	said=$(find "$directory" -xdev "$@" \( ! -user "$_ep_uid" -o ! -group "$_ep_gid" \) \
		-exec sh -euc "$_ep_give" sh "$_ep_uid:$_ep_gid" {} + 2>&1) ||
		fail "ENTRYPOINT_OWN: $directory: cannot be owned by uid $_ep_uid, gid $_ep_gid: ${said##*: }"
}

# What find runs: $1 is the owner, the rest are paths, of which those in one place are given at once; // is in none. It
# goes to the place and sees that it got there: a link that somebody puts in the way meanwhile leads nowhere.
# shellcheck disable=SC2016  # as it says
_ep_give='
owner=$1
shift
place=${1%/*}/ row= number=0
for path in "$@" //; do
	if [ "${path%/*}/" != "$place" ]; then
		cd -P "$place"
		[ "${PWD%/}/" = "$place" ] || { echo "$place: it is not where it was" >&2; exit 1; }
		eval "chown -h \"\$owner\" $row"
		place=${path%/*}/ row=
	fi
	number=$((number + 1))
	row="$row \"./\${$number##*/}\""
done
'

# In a shell of its own: it goes to the directory, a step at a time, and sees where each led, for the same reason. What
# is missing is made by the user where it may, else by root.
make_directory() (
	reached='' rest=${1#/}/
	cd /
	while [ -n "$rest" ]; do
		name=${rest%%/*}
		rest=${rest#*/}
		reached=$reached/$name
		mask=022
		[ -n "$rest" ] || mask=$_ep_mask
		[ -d "./$name" ] || said=$(umask "$mask" && { as_user mkdir "./$name" 2>/dev/null || mkdir "./$name" 2>&1; }) ||
			cannot_reach "$1" "$said"
		cd -P "./$name" 2>/dev/null || cannot_reach "$1" "$(cd -P "./$name" 2>&1)"
		[ "$PWD" = "$reached" ] || cannot_reach "$1" "$reached is a symbolic link"
	done
)

cannot_reach() {
	fail "ENTRYPOINT_OWN: $1: cannot be reached or made by uid $_ep_uid, gid $_ep_gid: ${2##*: }"
}

# As the user: what that may not read or write, it doesn't get. The target appears whole or not at all.
copy_seed() {
	local said

	[ -n "$_ep_target" ] || return 0
	if [ -e "$_ep_target" ] || [ -L "$_ep_target" ]; then return 0; fi
	said=$(copy_template "$_ep_target.entrypoint" 2>&1) ||
		fail "ENTRYPOINT_SEED: $_ep_target: cannot be copied by uid $_ep_uid, gid $_ep_gid: ${said##*: }"
}

copy_template() {
	as_user rm -f "$1" && as_user cp "$_ep_template" "$1" && sync_file "$1" as_user && as_user mv "$1" "$_ep_target" && return
	as_user rm -f "$1"
	return 1
}

# From another user than root there is nothing to drop, and its groups stay (docker run --group-add).
run_program() {
	if [ "$_ep_started_as" -eq 0 ]; then
		set -- "$_ep_su_exec" "$_ep_uid:$_ep_gid" "$@"
	else
		set_variables
	fi
	PATH=$_ep_program_path
	LC_ALL=$_ep_program_locale
	[ -n "$_ep_has_locale" ] || unset LC_ALL
	exec "$@"
}

# As su-exec does it.
set_variables() {
	local name home number

	unset USER LOGNAME
	export HOME=/
	[ -e /etc/passwd ] || return 0
	# The last line may lack its newline; names that begin so are no users (NIS, comments).
	# shellcheck disable=SC2034  # as it says
	while IFS=: read -r name _ep_ignored number _ep_ignored _ep_ignored home _ep_ignored || [ -n "$name" ]; do
		case $name in [-+#]*) continue ;; esac
		[ "$number" = "$_ep_uid" ] || continue
		export HOME="${home:-/}" USER="$name" LOGNAME="$name"
		return
	done </etc/passwd
}

main "$@"
