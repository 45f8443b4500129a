"""The annual percentage rate of the United States, beside the worked examples of Regulation Z."""
