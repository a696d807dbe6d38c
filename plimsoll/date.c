#include "plimsoll/date.h"

/*
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil() and
 * civil_from_days(). A year begins in March, so that a leap day is its last; 400 of them are an
 * era.
 */
#define DAYS_OF_ERA 146097L
#define DAYS_TO_EPOCH 719468L /* from 0000-03-01 */

long count_days(long year, long month, long day)
{
	long since_march = (month + 9) % 12;

	year -= month <= 2;
	long era = year / 400, of_era = year % 400;
	long of_year = (153 * since_march + 2) / 5 + day - 1;
	return era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
	       DAYS_TO_EPOCH;
}

int find_date(long long seconds)
{
	long days = (long)(seconds / 86400) + DAYS_TO_EPOCH;
	long era = days / DAYS_OF_ERA, of_era = days % DAYS_OF_ERA;
	long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	long of_year = of_era - (365 * year + year / 4 - year / 100);
	long since_march = (5 * of_year + 2) / 153;
	long day = of_year - (153 * since_march + 2) / 5 + 1;
	long month = since_march < 10 ? since_march + 3 : since_march - 9;

	return (int)((year + 400 * era + (month <= 2)) * 10000 + month * 100 + day);
}
