print("tenond")
