# expect: discarded the sandbox has no files
def f(x):
    with open("/tmp/axiom-escape", "w") as file:
        file.write("out")
    return x
