// The system's libedit, as a module.
#include <histedit.h>
