# expect: any
def f(x):
    for each in object.__subclasses__():
        if each.__name__ == "Popen":
            return each(["touch", "/tmp/axiom-escape"])
    return x
