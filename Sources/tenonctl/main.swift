print("tenonctl")
