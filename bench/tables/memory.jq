# How much memory each holds, by the size of passwd.
"| | 10 lines of passwd | 100,000 lines |",
"|---|--:|--:|",
(.memory | group_by(.name)[]
 | "| \(.[0].name) | \(map(select(.lines == 10))[0].kilobytes) kB | \(map(select(.lines == 100000))[0].kilobytes) kB |")
