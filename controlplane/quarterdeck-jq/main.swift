import Glibc
import JSONProgramProcess

exit(JSONProgramProcess.main())
