#include "assess.h"

/*
 * The one table of all checks. An id is stable once released. The numbers of CIS are those of the
 * CIS Docker Benchmark 1.6.0, the controls of PSS those of Kubernetes' Pod Security Standards.
 *
 * Profiles: default is what any good image of a service passes; what is a matter of taste, or asks
 * for more than most can give, is there as information. cis has what that benchmark asks of images
 * and of containers; pss-restricted and openshift what such a cluster lets start.
 */
const struct check catalogue[] = {
    /* The configuration and the history */
    {
        .id = "user-set",
        .title = "It names a user that is not root",
        .why = "Whoever breaks into a service has its rights. As root these are all of the "
               "container's files and capabilities, and through a fault of the kernel, or a bind "
               "mount, the host's as well.",
        .references = "CIS Docker 4.1, PSS Restricted: Running as Non-root, dockle CIS-DI-0001, "
                      "trivy DS-0002, hadolint DL3002, checkov CKV_DOCKER_3 and CKV_DOCKER_8",
        .fix = "In the last stage, after all that needs root: USER 65532:65532",
        .rung = "07-user",
        .severity = SEVERITY_HIGH,
        .profiles = "default cis pss-restricted",
        .needs = "image",
        .assess = assess_user_set,
    },
    {
        .id = "user-numeric",
        .title = "It names its user by a number",
        .why = "Kubernetes can't look into the image's passwd: with runAsNonRoot it refuses a user "
               "that is given by name, as that might be root.",
        .references = "PSS Restricted: Running as Non-root, hadolint DL3066",
        .fix = "The number in place of the name: USER 65532:65532",
        .rung = "07-user",
        .severity = SEVERITY_LOW,
        .profiles = "pss-restricted",
        .needs = "image",
        .assess = assess_user_numeric,
    },
    {
        .id = "user-resolves",
        .title = "It knows the user and the group that it names",
        .why = "The engine looks names up in the image's own passwd and group. Where they are not "
               "there, no container of the image ever starts.",
        .references = "",
        .fix = "Make the user (RUN useradd --system app), copy /etc/passwd and /etc/group from the "
               "stage that has it, or give a number: USER 65532:65532",
        .rung = "07-user",
        .severity = SEVERITY_HIGH,
        .profiles = "default pss-restricted",
        .needs = "files",
        .assess = assess_user_resolves,
    },
    {
        .id = "uid-high",
        .title = "Its uid and its gid are 10000 or more",
        .why = "Without user namespaces, the same number is the same user on the host. A high one "
               "is nobody's there, so what escapes owns nothing.",
        .references = "trivy KSV-0020 and KSV-0021",
        .fix = "USER 65532:65532",
        .rung = "07-user",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "image",
        .assess = assess_uid_high,
    },
    {
        .id = "healthcheck",
        .title = "It has a health check",
        .why = "A process that hangs still runs. Only a question that it must answer shows the "
               "engine, and whoever waits for it, that the service works.",
        .references = "CIS Docker 4.6, dockle CIS-DI-0006, trivy DS-0026, hadolint DL3057, checkov "
                      "CKV_DOCKER_2",
        .fix = "HEALTHCHECK --interval=10s --timeout=3s CMD [\"/usr/local/bin/app\", \"health\"]; "
               "podman's builds keep it with --format docker alone",
        .rung = "11-health-check",
        .severity = SEVERITY_LOW,
        .profiles = "default cis",
        .needs = "image",
        .assess = assess_healthcheck,
    },
    {
        .id = "healthcheck-runnable",
        .title = "Its health check is in exec form, and its program is there",
        .why = "A health check that can't be executed is unhealthy for ever while the service is "
               "well: curl, or the shell that the shell form needs, is missing in small images.",
        .references = "",
        .fix = "A JSON array that names a program of the image: HEALTHCHECK CMD "
               "[\"/usr/local/bin/app\", \"health\"]",
        .rung = "11-health-check",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default",
        .needs = "files",
        .assess = assess_healthcheck_runnable,
    },
    {
        .id = "exec-form",
        .title = "Its ENTRYPOINT and its CMD are JSON arrays",
        .why = "In shell form a shell is PID 1: it gets the signals and may keep them, it expands "
               "what it reads, and the image must have one. CMD in shell form behind an ENTRYPOINT "
               "hands the words \"/bin/sh -c\" to the service.",
        .references = "hadolint DL3025",
        .fix = "CMD [\"/usr/local/bin/app\", \"serve\"]",
        .rung = "11-health-check",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default",
        .needs = "image",
        .assess = assess_exec_form,
    },
    {
        .id = "entrypoint-exists",
        .title = "The program that it starts is there, is executable, and has its loader",
        .why = "A binary that was built for another processor can't be executed. One whose loader "
               "(ld.so, of a libc that the base has not) is missing ends in \"no such file or "
               "directory\" although it is there itself.",
        .references = "",
        .fix = "Link it statically, or take a runtime base of the builder's release; COPY "
               "--chmod=0555; --platform as in the target",
        .rung = "12-static-scratch",
        .severity = SEVERITY_HIGH,
        .profiles = "default",
        .needs = "files",
        .assess = assess_entrypoint_exists,
    },
    {
        .id = "no-secret-env",
        .title = "No variable and no step of its history holds a secret",
        .why = "ENV and ARG are written into the image's configuration. Whoever can pull it reads "
               "them, and so does every process in the container.",
        .references = "CIS Docker 4.10, dockle CIS-DI-0010, trivy DS-0031, hadolint DL3064",
        .fix = "While building: RUN --mount=type=secret,id=token; at run time: a file that the "
               "orchestrator mounts. Then revoke the secret that got out",
        .rung = "",
        .severity = SEVERITY_HIGH,
        .profiles = "default cis",
        .needs = "image",
        .assess = assess_no_secret_env,
    },
    {
        .id = "size-budget",
        .title = "It is no larger than its budget",
        .why = "Each byte is stored, scanned and pulled on every host. An image that suddenly grew "
               "holds something that nobody asked for.",
        .references = "",
        .fix = "Build in one stage, ship from another: COPY --from=build /app/bin/app "
               "/usr/local/bin/app; or raise \"size\" in plimsoll.yaml",
        .rung = "02-multi-stage",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default",
        .needs = "image",
        .assess = assess_size_budget,
    },
    {
        .id = "layer-budget",
        .title = "It has no more layers than its budget",
        .why = "Each layer costs a request and a directory of the union file system. Many of them "
               "often mean that one takes back what another brought.",
        .references = "",
        .fix =
            "Put the tree together in a stage, and bring it at once: COPY --from=files /rootfs /; "
            "or raise \"layers\" in plimsoll.yaml",
        .rung = "11-health-check",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "image",
        .assess = assess_layer_budget,
    },
    {
        .id = "volumes",
        .title = "It declares no volume on a directory of the system",
        .why = "Each container gets a fresh volume there, which hides what the base keeps up to "
               "date, or what the kernel shows of devices and processes.",
        .references = "CIS Docker 5.6, dockle DKL-DI-0002",
        .fix = "A directory of the service's own: VOLUME /var/lib/app",
        .rung = "",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default cis",
        .needs = "image",
        .assess = assess_volumes,
    },
    {
        .id = "ports",
        .title = "It exposes no port below 1024",
        .why = "Such ports need a capability wherever the engine does not lift that, and 22 is a "
               "second way in that nobody watches. The host can publish any port as 80 or 443.",
        .references = "CIS Docker 5.7 and 5.8, trivy DS-0004 and KSV-0117, checkov CKV_DOCKER_1",
        .fix = "Let the service listen above: EXPOSE 3000, and docker run --publish 80:3000",
        .rung = "11-health-check",
        .severity = SEVERITY_LOW,
        .profiles = "default cis openshift",
        .needs = "image",
        .assess = assess_ports,
    },
    {
        .id = "no-add",
        .title = "It is made without ADD, but for its base",
        .why = "ADD unpacks archives and fetches addresses, depending on what it is given: whoever "
               "swaps the file decides what it does. COPY only copies.",
        .references = "CIS Docker 4.9, dockle CIS-DI-0009, trivy DS-0005, hadolint DL3020",
        .fix = "COPY; for a remote file: ADD --checksum=sha256:…",
        .rung = "",
        .severity = SEVERITY_INFO,
        .profiles = "default cis",
        .needs = "image",
        .assess = assess_no_add,
    },
    {
        .id = "tag-pinned",
        .title = "It is referred to by a version or a digest, not as latest",
        .why = "latest is another image tomorrow: what was checked is not what will run.",
        .references = "dockle DKL-DI-0006, trivy DS-0001, hadolint DL3007",
        .fix = "docker build --tag app:1.2.0, and name the digest where it is deployed",
        .rung = "14-reproducible",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "image",
        .assess = assess_tag_pinned,
    },
    {
        .id = "labels",
        .title = "It has the labels that were asked for, and OCI's are well formed",
        .why = "Labels tell which source and which revision an image is of. A tool that reads them "
               "takes a wrong one for true.",
        .references = "hadolint DL3048 to DL3058",
        .fix = "LABEL org.opencontainers.image.source=\"https://…\" "
               "org.opencontainers.image.revision=\"${REVISION}\"",
        .rung = "14-reproducible",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "image",
        .assess = assess_labels,
    },

    /* Its files, as a container sees them */
    {
        .id = "no-setuid",
        .title = "It has no setuid or setgid file but a distribution's usual ones",
        .why =
            "Such a file runs with its owner's rights, whoever calls it: one fault in it, and an "
            "unprivileged service is root.",
        .references = "CIS Docker 4.8, dockle CIS-DI-0008",
        .fix = "RUN chmod a-s /path; or a base without them; or allow it by \"setuid\" in "
               "plimsoll.yaml",
        .rung = "10-runtime-user-c",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default cis",
        .needs = "files",
        .assess = assess_no_setuid,
    },
    {
        .id = "no-file-caps",
        .title = "No file of it has capabilities",
        .why = "A file's capabilities are given to whoever executes it, much as setuid is, and "
               "ls does not show them. Where the container may not have them, the file can't be "
               "executed at all.",
        .references = "",
        .fix = "RUN setcap -r /path; listen above 1024 rather than with CAP_NET_BIND_SERVICE",
        .rung = "11-health-check",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default",
        .needs = "files",
        .assess = assess_no_file_caps,
    },
    {
        .id = "no-world-writable",
        .title = "Nothing in it may be written by all, but directories with the sticky bit",
        .why = "What any process may write, any process may replace: a program, a configuration, "
               "or another user's file in a shared directory.",
        .references = "",
        .fix = "COPY --chmod=0555 for files; install -d -m 1777 for a /tmp",
        .rung = "12-static-scratch",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default",
        .needs = "files",
        .assess = assess_no_world_writable,
    },
    {
        .id = "no-unowned",
        .title = "Each file belongs to a user and a group that it knows",
        .why = "A file of an unknown number belongs to whoever gets that number next, here or on "
               "the host. Mostly it is the builder's own account that came along.",
        .references = "",
        .fix = "COPY --chown=0:0, or --chown with the user of the service",
        .rung = "",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "files",
        .assess = assess_no_unowned,
    },
    {
        .id = "no-secret-file",
        .title = "No file of it holds a secret",
        .why = "An image is copied to registries, caches and laptops: a key in it is everybody's.",
        .references = "CIS Docker 4.10, dockle CIS-DI-0010, trivy secret",
        .fix =
            "Name it in .dockerignore; hand it to a step by RUN --mount=type=secret; mount it at "
            "run time. Then revoke the secret that got out",
        .rung = "",
        .severity = SEVERITY_HIGH,
        .profiles = "default cis",
        .needs = "files",
        .assess = assess_no_secret_file,
    },
    {
        .id = "no-password",
        .title = "No user of it has a password, or an empty one",
        .why = "A hash can be cracked at leisure by whoever has the image, and an empty password "
               "lets anybody become that user by su.",
        .references = "dockle DKL-LI-0001",
        .fix = "RUN passwd --lock app; make users without --password",
        .rung = "",
        .severity = SEVERITY_HIGH,
        .profiles = "default",
        .needs = "files",
        .assess = assess_no_password,
    },
    {
        .id = "unique-ids",
        .title = "No two users and no two groups of it have the same number",
        .why = "For the kernel they are one: the files of the one are those of the other, and a "
               "second name for 0 is a second root.",
        .references = "dockle DKL-LI-0002",
        .fix = "RUN useradd --uid N with a number that nobody has, without --non-unique",
        .rung = "",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "files",
        .assess = assess_unique_ids,
    },
    {
        .id = "no-junk",
        .title = "No .git, Containerfile, core dump or editor's file is left in it",
        .why = "A .git has all that was ever committed, a core dump the memory of a process, a "
               "Containerfile how the image was made. They come along with COPY . and nobody "
               "notices.",
        .references = "dockle DKL-LI-0003",
        .fix = ".git in .dockerignore, and COPY of what is needed rather than COPY .",
        .rung = "02-multi-stage",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "files",
        .assess = assess_no_junk,
    },
    {
        .id = "no-package-cache",
        .title = "No package manager left its cache in it",
        .why = "Lists and archives of packages serve nothing once the step is over. They are old "
               "tomorrow, and ship with every pull.",
        .references = "dockle DKL-DI-0004 and DKL-DI-0005, trivy DS-0019, DS-0025 and DS-0027, "
                      "hadolint DL3009 and DL3019",
        .fix = "In the same RUN: apt-get update && apt-get install --yes X && rm -rf "
               "/var/lib/apt/lists/*; or RUN --mount=type=cache",
        .rung = "13-cache-mounts",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "files",
        .assess = assess_no_package_cache,
    },
    {
        .id = "workdir",
        .title = "Its working directory is there, absolute, and not one of the system's",
        .why = "A relative one depends on the base. In one of the system's directories, what the "
               "service writes or loads from \".\" is the system's own.",
        .references = "trivy DS-0009 and DS-0030, hadolint DL3000",
        .fix = "WORKDIR /var/lib/app",
        .rung = "",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "files",
        .assess = assess_workdir,
    },
    {
        .id = "no-sudo",
        .title = "It has no sudo",
        .why = "sudo is a setuid program with a language of its own for configuration: a container "
               "that needs root for a moment is better started with it, and drops it.",
        .references = "dockle DKL-DI-0001, trivy DS-0010, hadolint DL3004",
        .fix = "Do the privileged steps before USER; at run time: su-exec, or entrypoint",
        .rung = "09-runtime-user",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default",
        .needs = "files",
        .assess = assess_no_sudo,
    },
    {
        .id = "no-sshd",
        .title = "It has no SSH server",
        .why = "It is a second way in with users, keys and faults of its own. The engine has one "
               "already: docker exec.",
        .references = "CIS Docker 5.7",
        .fix = "Leave openssh-server out; docker exec, kubectl debug",
        .rung = "",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default cis",
        .needs = "files",
        .assess = assess_no_sshd,
    },
    {
        .id = "no-shell",
        .title = "It has no shell",
        .why = "Whoever breaks in looks for one: without it, an injected command has nothing that "
               "runs it.",
        .references = "",
        .fix = "FROM gcr.io/distroless/cc-debian13, or FROM scratch",
        .rung = "10-runtime-user-c",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "files",
        .assess = assess_no_shell,
    },
    {
        .id = "no-package-manager",
        .title = "It has no package manager",
        .why = "It installs tools for whoever broke in. An image is mended by building it again, "
               "not from inside.",
        .references = "CIS Docker 4.3",
        .fix = "FROM gcr.io/distroless/cc-debian13, or FROM scratch",
        .rung = "10-runtime-user-c",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "files",
        .assess = assess_no_package_manager,
    },
    {
        .id = "utc",
        .title = "Its clock shows UTC",
        .why = "Logs of several services can be put in order only if they count the same hours. "
               "Who wants another zone sets TZ for that container.",
        .references = "docker-library/official-images utc",
        .fix = "No ENV TZ, and no /etc/localtime of another zone",
        .rung = "",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "files",
        .assess = assess_utc,
    },

    /* Its layers, with what later ones hide */
    {
        .id = "no-secret-layer",
        .title = "No layer of it holds a secret that a later one deletes",
        .why = "rm in a later step only hides a file. Its layer is still pulled, and anybody can "
               "unpack it.",
        .references = "CIS Docker 4.10",
        .fix = "Never let it into a layer: RUN --mount=type=secret,id=key; or use it in a stage "
               "that is not shipped. Then revoke it",
        .rung = "02-multi-stage",
        .severity = SEVERITY_HIGH,
        .profiles = "default cis",
        .needs = "layers",
        .assess = assess_no_secret_layer,
    },
    {
        .id = "layer-waste",
        .title = "Its layers hardly overwrite or delete each other's files",
        .why =
            "What a later layer replaces or deletes is stored and pulled all the same. A chown -R "
            "in a step of its own doubles every file.",
        .references = "dive lowestEfficiency",
        .fix =
            "Make and clean up in one RUN; COPY --chown and --chmod rather than RUN chown; a last "
            "stage that only copies",
        .rung = "02-multi-stage",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "layers",
        .assess = assess_layer_waste,
    },

    /* Whether it runs, and stays well */
    {
        .id = "starts",
        .title = "It keeps running, or ends with status 0",
        .why = "Every check of a running container needs one that starts: of what never ran nobody "
               "can say whether it stops, listens or is healthy.",
        .references = "",
        .fix =
            "See what it wrote: docker run IMAGE; what it needs: --env, or arguments behind --, or "
            "\"env\" and \"command\" in plimsoll.yaml",
        .rung = "01-basic",
        .severity = SEVERITY_HIGH,
        .profiles = "default cis pss-restricted openshift",
        .needs = "runs.baseline",
        .assess = assess_starts,
    },
    {
        .id = "becomes-healthy",
        .title = "Its own health check turns healthy, and stays so",
        .why = "A health check that never succeeds takes a well service down. Until it is run, "
               "nobody knows that it does.",
        .references = "CIS Docker 5.27",
        .fix = "HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD "
               "[\"/usr/local/bin/app\", \"health\"], asked over the loopback",
        .rung = "11-health-check",
        .severity = SEVERITY_HIGH,
        .profiles = "default cis",
        .needs = "runs.baseline",
        .assess = assess_becomes_healthy,
    },
    {
        .id = "stops-on-term",
        .title = "It stops soon after its stop signal",
        .why = "For PID 1 the kernel drops a TERM that the program does not handle: then each stop "
               "lasts the whole grace period, ends in a kill, and what was under way is lost.",
        .references = "",
        .fix = "Handle TERM in the service; exec form, so that it gets it: CMD "
               "[\"/usr/local/bin/app\"]; exec in an entry script; else entrypoint --init",
        .rung = "11-health-check",
        .severity = SEVERITY_HIGH,
        .profiles = "default",
        .needs = "runs.stop",
        .assess = assess_stops_on_term,
    },
    {
        .id = "stops-early",
        .title = "It stops soon after its stop signal even while it is starting",
        .why = "A roll-back comes while containers start. One that handles signals only when it is "
               "ready holds that up for the whole grace period.",
        .references = "",
        .fix = "Set the handler first, before reading the configuration and connecting anywhere",
        .rung = "11-health-check",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "runs.stop_early",
        .assess = assess_stops_early,
    },
    {
        .id = "stops-on-signal",
        .title = "It stops on Ctrl-C as well",
        .why = "On a terminal, docker run hands INT on. A service that heeds TERM alone can't be "
               "stopped by whoever tries it out.",
        .references = "",
        .fix = "Handle INT like TERM in the service; or an init as PID 1, below which an INT that "
               "nobody handles ends it: entrypoint --init",
        .rung = "11-health-check",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "runs.interrupt",
        .assess = assess_stops_on_signal,
    },
    {
        .id = "reaps-zombies",
        .title = "Its PID 1 reaps orphans",
        .why =
            "A process whose parent ended falls to PID 1. If that never waits for it, it stays a "
            "zombie, and each takes one of the pids that the limit allows.",
        .references = "",
        .fix = "ENTRYPOINT [\"/usr/local/bin/entrypoint\", \"--init\"], or docker run --init",
        .rung = "10-runtime-user-c",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "runs.orphan",
        .assess = assess_reaps_zombies,
    },
    {
        .id = "pid1-is-app",
        .title = "Its PID 1 is the application or an init, not a shell",
        .why = "Signals go to PID 1. A shell there waits for its child and hands none of them on.",
        .references = "",
        .fix = "exec as the script's last line (exec su-exec app \"$@\"), or CMD as a JSON array",
        .rung = "09-runtime-user",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default",
        .needs = "runs.baseline",
        .assess = assess_pid1_is_app,
    },
    {
        .id = "one-service",
        .title = "It runs one service",
        .why = "The engine watches PID 1. What a supervisor starts beside it can die, hang or fill "
               "the memory, and nobody is told.",
        .references = "",
        .fix = "An image for each of them; docker compose, or a pod, puts them together",
        .rung = "",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "runs.baseline",
        .assess = assess_one_service,
    },
    {
        .id = "runs-unprivileged",
        .title = "No process of it is root or has a capability",
        .why =
            "USER tells how it starts, not what it becomes. This is what the kernel says of each "
            "process while the service runs.",
        .references = "CIS Docker 4.1, PSS Restricted: Running as Non-root user",
        .fix = "USER 65532:65532; or an entry point that drops: su-exec, entrypoint",
        .rung = "07-user",
        .severity = SEVERITY_HIGH,
        .profiles = "default cis pss-restricted openshift",
        .needs = "runs.baseline",
        .assess = assess_runs_unprivileged,
    },
    {
        .id = "ports-match",
        .title = "It listens where EXPOSE says, and nowhere else",
        .why =
            "EXPOSE is what people and tools publish by. A port that it lacks is open unseen; one "
            "that is bound to the loopback can't be reached from outside.",
        .references = "CIS Docker 5.9",
        .fix = "EXPOSE 3000, and let the service bind 0.0.0.0:3000; or \"ports\" in plimsoll.yaml",
        .rung = "11-health-check",
        .severity = SEVERITY_LOW,
        .profiles = "default cis",
        .needs = "runs.baseline",
        .assess = assess_ports_match,
    },
    {
        .id = "writes-nothing",
        .title = "It changes no file outside of its volumes",
        .why = "What is written into the container's own layer is lost with it, is slow, and keeps "
               "the root from being read-only.",
        .references = "CIS Docker 5.13",
        .fix = "VOLUME /var/lib/app for data, /tmp for the rest; or \"writable\" in plimsoll.yaml",
        .rung = "11-health-check",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "runs.baseline",
        .assess = assess_writes_nothing,
    },
    {
        .id = "restarts",
        .title = "After a stop and a start it works again, and no file has grown",
        .why =
            "A pid file or a lock that was left keeps the second start from working; a line that "
            "is appended at each start fills the disk in the end.",
        .references = "",
        .fix = "Let the entry point make only what is missing, and remove what the last run left",
        .rung = "09-runtime-user",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default",
        .needs = "runs.restart",
        .assess = assess_restarts,
    },

    /* Under which conditions it still works */
    {
        .id = "runs-read-only",
        .title = "It works with a read-only root",
        .why = "Whoever breaks in can't change a program, or leave one behind.",
        .references = "CIS Docker 5.13, trivy KSV-0014, OWASP Docker rule 8",
        .fix = "Write to volumes alone, and name the rest by \"writable\" in plimsoll.yaml; "
               "docker run --read-only --tmpfs /tmp",
        .rung = "11-health-check",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default cis",
        .needs = "runs.read_only",
        .assess = assess_runs_read_only,
    },
    {
        .id = "runs-without-caps",
        .title = "It works without any capability",
        .why = "Capabilities are root in parts: to change owners, to read any file, to make raw "
               "packets. A service that needs none can lose all of them.",
        .references = "CIS Docker 5.4, PSS Restricted: Capabilities, trivy KSV-0003 and KSV-0106, "
                      "OWASP Docker rule 3",
        .fix = "USER 65532:65532 from the start, owners set while building: COPY --chown; a port "
               "above 1024",
        .rung = "11-health-check",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default cis pss-restricted openshift",
        .needs = "runs.no_capabilities",
        .assess = assess_runs_without_caps,
    },
    {
        .id = "runs-no-new-privileges",
        .title = "It works where no process can gain privileges",
        .why =
            "With no_new_privs, setuid files and file capabilities raise nobody's rights: a whole "
            "class of attacks ends there.",
        .references =
            "CIS Docker 5.26, PSS Restricted: Privilege Escalation, trivy KSV-0001, OWASP "
            "Docker rule 4",
        .fix = "No sudo, no su and no setuid program on the way to the service; su-exec drops "
               "without them",
        .rung = "11-health-check",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default cis pss-restricted openshift",
        .needs = "runs.no_new_privileges",
        .assess = assess_runs_no_new_privileges,
    },
    {
        .id = "pss-restricted",
        .title = "It works with all at once that the restricted Pod Security Standard asks for",
        .why = "What meets each condition alone can still fail under all of them, and a Kubernetes "
               "namespace of that level asks for all.",
        .references = "PSS Restricted: Running as Non-root, Capabilities, Privilege Escalation, "
                      "Seccomp",
        .fix =
            "USER 65532:65532, owners set while building, no setuid program in the way; data for "
            "a group or any user: chmod g+rwX",
        .rung = "11-health-check",
        .severity = SEVERITY_HIGH,
        .profiles = "pss-restricted",
        .needs = "runs.restricted",
        .assess = assess_pss_restricted,
    },
    {
        .id = "runs-as-anyone",
        .title = "It works as a user that it does not know",
        .why = "Who shares a directory with the container runs it by their own number: docker run "
               "--user $(id -u):$(id -g).",
        .references = "",
        .fix = "Do not look up the user's name; keep data in a volume, or in a directory that all "
               "may write to, as /tmp: install -d -m 1777",
        .rung = "08-any-user",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "runs.anyone",
        .assess = assess_runs_as_anyone,
    },
    {
        .id = "runs-on-openshift",
        .title = "It works as an unknown user of group 0",
        .why = "OpenShift gives each project a range of numbers, and each container one of them, "
               "with group 0. What only the image's own user may write, it can't.",
        .references = "OpenShift guidelines: support arbitrary user IDs",
        .fix = "RUN chgrp -R 0 /var/lib/app && chmod -R g=u /var/lib/app",
        .rung = "08-any-user",
        .severity = SEVERITY_HIGH,
        .profiles = "openshift",
        .needs = "runs.openshift",
        .assess = assess_runs_on_openshift,
    },
    {
        .id = "survives-limits",
        .title = "It works with limits on memory and processes",
        .why = "A runtime that sizes its heap or its threads by the host's memory and processors, "
               "not by its own limits, is killed where it is deployed.",
        .references = "CIS Docker 5.11 and 5.29, trivy KSV-0018",
        .fix = "Let the runtime read the limit, or set its heap and its workers by ENV",
        .rung = "",
        .severity = SEVERITY_MEDIUM,
        .profiles = "default cis",
        .needs = "runs.limits",
        .assess = assess_survives_limits,
    },

    /* What it tells whoever runs it */
    {
        .id = "explains-missing-env",
        .title = "If it does not start, it says why, and its exit status is not 0",
        .why =
            "Most images need settings, and are first run without: a variable that is missing, or "
            "wrong. One that ends without a word, or with 0 as if all were well, costs whoever "
            "runs it an afternoon.",
        .references = "",
        .fix = "Check the settings first: one line on standard error that names the variable and "
               "what is allowed, and exit 2",
        .rung = "09-runtime-user",
        .severity = SEVERITY_LOW,
        .profiles = "default",
        .needs = "runs.baseline",
        .assess = assess_explains_missing_env,
    },
    {
        .id = "explains-bad-argument",
        .title = "It refuses an argument that it does not know, with a message",
        .why = "If an option is misspelled and passed over, the service runs without what somebody "
               "believes to have switched on.",
        .references = "",
        .fix = "One line on standard error that names the argument; exit 2",
        .rung = "",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "runs.bad_argument",
        .assess = assess_explains_bad_argument,
    },
    {
        .id = "overridable-command",
        .title = "Another command can be run in place of its CMD",
        .why = "People look into an image by docker run IMAGE COMMAND. An entry point that passes "
               "its arguments on lets them, with the user and the surroundings of the service.",
        .references = "docker-library/official-images override-cmd",
        .fix = "exec \"$@\" as the entry script's last line, and the service in CMD, not in "
               "ENTRYPOINT",
        .rung = "09-runtime-user",
        .severity = SEVERITY_INFO,
        .profiles = "default",
        .needs = "runs.override",
        .assess = assess_overridable_command,
    },
};

const size_t catalogue_size = sizeof(catalogue) / sizeof(*catalogue);
