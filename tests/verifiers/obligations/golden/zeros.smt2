; zeros/ensures-1#postcondition-1 at 2
; zeros/no-undeclared-exception#nothing-to-show-1
; zeros/result-type#result-type-1 at 2
; zeros/terminates#nothing-to-show-1
(set-logic QF_UF)
(assert false)
(check-sat)

