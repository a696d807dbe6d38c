#ifndef PLIMSOLL_DATE_H
#define PLIMSOLL_DATE_H

/*
 * Dates of UTC without libc's timegm() and gmtime_r(): those read time zones, and the reading of
 * zones with scanf() is 95 kB of a static program.
 */

/* Days from 1970-01-01 to a date of the Gregorian calendar, from the year 1 on. */
long count_days(long year, long month, long day);

/* The date of seconds since the epoch, 0 or later, as yyyymmdd. */
int find_date(long long seconds);

#endif
