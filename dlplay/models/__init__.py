"""The architectures, one file each: story, config, record, and below the first torch import the module itself."""

from dlplay.catalogue import cards_first

cards_first(__name__)
