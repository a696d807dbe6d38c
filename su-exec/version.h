#ifndef SU_EXEC_VERSION_H
#define SU_EXEC_VERSION_H

#define PLIMSOLL_VERSION "0.1.0"

#endif
