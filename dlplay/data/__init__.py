"""The data sets, one file each: story, config, record and how it is made or loaded."""
