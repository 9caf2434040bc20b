(set-logic QF_FP)
(declare-const x.1 (_ FloatingPoint 11 53))
(assert (not (= (fp.add RNE (fp #b0 #b01111111011 #b1001100110011001100110011001100110011001100110011010) x.1) (_ NaN 11 53))))
(check-sat)
