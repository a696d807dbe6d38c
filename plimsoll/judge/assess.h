#ifndef PLIMSOLL_JUDGE_ASSESS_H
#define PLIMSOLL_JUDGE_ASSESS_H

#include "plimsoll/config/config.h"
#include "plimsoll/judge/judge.h"

/* Each judges the facts by one check of the catalogue: assess of struct check. */
typedef void assess(const json_t *facts, const struct budgets *budgets, struct result *result);

/* image.c: the configuration and the history */
assess assess_healthcheck, assess_exec_form, assess_no_secret_env, assess_size_budget,
    assess_layer_budget, assess_volumes, assess_ports, assess_no_add, assess_tag_pinned,
    assess_labels;

/* users.c: who it is, and whom the image knows */
assess assess_user_set, assess_user_numeric, assess_user_resolves, assess_uid_high,
    assess_no_password, assess_unique_ids;

/* files.c: what lies in its file system */
assess assess_no_setuid, assess_no_file_caps, assess_no_world_writable, assess_no_unowned,
    assess_no_secret_file, assess_no_junk, assess_no_package_cache, assess_no_sudo, assess_no_shell,
    assess_no_package_manager, assess_no_sshd, assess_workdir, assess_utc;

/* programs.c: what it executes */
assess assess_entrypoint_exists, assess_healthcheck_runnable;

/* layers.c */
assess assess_no_secret_layer, assess_layer_waste;

/* runs.c: whether it starts, and what it tells whoever runs it */
assess assess_starts, assess_becomes_healthy, assess_explains_missing_env,
    assess_explains_bad_argument, assess_overridable_command;

/* conditions.c: under which conditions it still works */
assess assess_restarts, assess_runs_read_only, assess_runs_as_anyone, assess_runs_on_openshift,
    assess_runs_without_caps, assess_runs_no_new_privileges, assess_pss_restricted,
    assess_survives_limits;

/* stops.c: what signals do */
assess assess_stops_on_term, assess_stops_early, assess_stops_on_signal;

/* processes.c: what is seen from inside while it runs */
assess assess_reaps_zombies, assess_pid1_is_app, assess_runs_unprivileged, assess_one_service;

/* ports.c and changes.c: where it listens, and what it wrote */
assess assess_ports_match, assess_writes_nothing;

#endif
