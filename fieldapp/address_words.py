"""The words of Chinese addresses as people write and type them: data to read by, never shown."""

NUMERALS = "一二三四五六七八九"
"""One to nine."""

TEN = "十"

ORDINAL = "第"
"""May stand before a number."""

HOUSE_UNIT = r"(?:号楼|[号栋幢座楼#]|(?:hl|[hdz])(?![a-z]))"
"""What follows the number of a house, or its initials, as a pattern."""

DOOR_UNIT = r"(?:单元|门|dy(?![a-z]))"
"""The same of a door."""

AFTER_SPELLED = r"[号栋幢座门]|单元"
"""What must follow a number in characters: they are words otherwise, as in a street's name."""
