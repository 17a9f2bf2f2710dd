"""The rules of time and money: pure functions over values, no I/O, no clock."""
