; size/ensures-1#unmodelled-1 at 4: call of ascii
; size/no-undeclared-exception#unmodelled-1 at 4: call of ascii
; size/result-type#unmodelled-1 at 4: call of ascii
; size/terminates#unmodelled-1 at 4: call of ascii
(set-logic QF_SLIA)
(declare-const x.1 String)
(assert (not (= x.1 "")))
(assert true)
(check-sat)
(get-value (x.1))

; size/ensures-2#unmodelled-1 at 4: call of ascii
(set-logic QF_SLIA)
(declare-const x.1 String)
(assert (not (= x.1 "")))
(assert (= x.1 ""))
(assert true)
(check-sat)
(get-value (x.1))

