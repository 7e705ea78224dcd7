"""The version of the rules that cut and post; a blob or an index made under an older one is made again."""

VERSION = 2
