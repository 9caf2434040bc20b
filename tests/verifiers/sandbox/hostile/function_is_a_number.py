# expect: discarded the code has no function f
f = 3
