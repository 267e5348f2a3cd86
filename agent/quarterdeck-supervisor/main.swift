import Glibc
import StepSupervisor

exit(Supervisor.main())
