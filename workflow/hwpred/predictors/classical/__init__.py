"""Linear models, support vectors, trees and the lookup table: scikit-learn's and boosting libraries', or as simple."""
