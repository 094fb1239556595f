"""The go-live check: one file per thing that is tried, each giving `CheckResult`s that claim no more than was done."""
