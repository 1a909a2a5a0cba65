"""Where the time and the memory of grading go; other measurements: ``docs/benchmarks.md``."""

from bench.stages import main

main()
