"""The rules of money: pure functions over values, no I/O, no clock."""
