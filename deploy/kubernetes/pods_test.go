package kubernetes_test

import (
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// TestPodsAreRestricted holds the pods to the restricted policy of the Pod Security
// Standards (https://kubernetes.io/docs/concepts/security/pod-security-standards/), which
// the namespace enforces, and to what is good practice beyond it.
func TestPodsAreRestricted(t *testing.T) {
	enforced := object[*corev1.Namespace](t).Labels["pod-security.kubernetes.io/enforce"]
	if enforced != "restricted" {
		t.Errorf("the namespace enforces %q", enforced)
	}
	for _, m := range manifests(t) {
		if m.pod == nil {
			continue
		}
		t.Run(m.file, func(t *testing.T) {
			restrictedPod(t, m.pod.Spec)
			for _, c := range append(m.pod.Spec.InitContainers, m.pod.Spec.Containers...) {
				restrictedContainer(t, c)
			}
		})
	}
}

func restrictedPod(t *testing.T, pod corev1.PodSpec) {
	t.Helper()
	if pod.HostNetwork || pod.HostPID || pod.HostIPC || pod.HostUsers != nil {
		t.Error("the pod shares namespaces with its host")
	}
	s := pod.SecurityContext
	if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.RunAsUser == nil || *s.RunAsUser == 0 {
		t.Error("the pod may run as root")
	}
	if s == nil || s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Error("seccomp is not RuntimeDefault")
	}
	if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		t.Error("the pod gets credentials for the cluster, which khop has no use for")
	}
	for _, v := range pod.Volumes {
		if v.EmptyDir == nil && v.PersistentVolumeClaim == nil && v.Secret == nil && v.ConfigMap == nil {
			t.Errorf("volume %s is of a kind that is not allowed", v.Name)
		}
	}
}

func restrictedContainer(t *testing.T, c corev1.Container) {
	t.Helper()
	s := c.SecurityContext
	if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.Privileged != nil && *s.Privileged {
		t.Errorf("%s may gain privileges", c.Name)
	}
	if s == nil || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem {
		t.Errorf("%s may write to its image", c.Name)
	}
	if s == nil || s.Capabilities == nil || !slices.Contains(s.Capabilities.Drop, "ALL") || len(s.Capabilities.Add) > 0 {
		t.Errorf("%s has capabilities", c.Name)
	}
	if c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero() || c.Resources.Limits.Memory().IsZero() {
		t.Errorf("%s does not say what it needs", c.Name)
	}
	for _, p := range c.Ports {
		if p.HostPort != 0 {
			t.Errorf("%s takes a port of its host", c.Name)
		}
	}
}

func TestNoSecretStandsInAManifest(t *testing.T) {
	for _, m := range manifests(t) {
		if m.pod == nil {
			continue
		}
		for _, c := range m.pod.Spec.Containers {
			for _, arg := range c.Args {
				name, _, _ := strings.Cut(arg, "=")
				if slices.Contains([]string{"--secret", "--token", "--key", "--header", "-H", "--database"}, name) {
					t.Errorf("%s: %s would be seen by everybody who may look at pods", m.file, name)
				}
			}
			for _, e := range c.Env {
				if strings.HasPrefix(e.Name, "KHOP_") && (e.ValueFrom == nil || e.ValueFrom.SecretKeyRef == nil) {
					t.Errorf("%s: %s is not taken from a secret", m.file, e.Name)
				}
			}
		}
	}
}

func TestSelectorsFindTheirPods(t *testing.T) {
	set := object[*appsv1.StatefulSet](t)
	service := object[*corev1.Service](t)
	for what, selector := range map[string]map[string]string{"the set": set.Spec.Selector.MatchLabels, "the service": service.Spec.Selector} {
		for name, value := range selector {
			if set.Spec.Template.Labels[name] != value {
				t.Errorf("%s looks for %s=%s, and the pods have %q", what, name, value, set.Spec.Template.Labels[name])
			}
		}
	}
	if set.Spec.ServiceName != service.Name {
		t.Errorf("the set is of service %q, not of %q", set.Spec.ServiceName, service.Name)
	}
	job := object[*batchv1.Job](t)
	for name, value := range job.Spec.Template.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels {
		if job.Spec.Template.Labels[name] != value || service.Spec.Selector[name] == value && name == "app.kubernetes.io/component" {
			t.Errorf("the job's pods are told apart by %s=%s, which they do not have, or share with khop serve", name, value)
		}
	}
}

// The service's port, the probes and --listen are one port; the volume, --data and the
// claim one place.
func TestServeListensWhereItIsLookedFor(t *testing.T) {
	set := object[*appsv1.StatefulSet](t)
	c := set.Spec.Template.Spec.Containers[0]
	if *set.Spec.Replicas != 1 {
		t.Error("several pods would write to files of their own")
	}
	port := c.Ports[0]
	if !slices.Contains(c.Args, "--listen=0.0.0.0:8700") || port.ContainerPort != 8700 {
		t.Errorf("%v, %+v", c.Args, c.Ports)
	}
	if to := object[*corev1.Service](t).Spec.Ports[0].TargetPort.String(); to != port.Name {
		t.Errorf("the service sends to port %s", to)
	}
	for _, probe := range []*corev1.Probe{c.StartupProbe, c.ReadinessProbe, c.LivenessProbe} {
		if probe == nil || probe.HTTPGet == nil || probe.HTTPGet.Path != "/healthz" || probe.HTTPGet.Port.String() != port.Name {
			t.Errorf("probe %+v", probe)
		}
	}
	mount, claim := c.VolumeMounts[0], set.Spec.VolumeClaimTemplates[0]
	if mount.Name != claim.Name || !slices.Contains(c.Args, "--data="+mount.MountPath+"/khop.db") {
		t.Errorf("%v is not on the volume %+v of %s", c.Args, mount, claim.Name)
	}
	if set.Spec.Template.Spec.SecurityContext.FSGroup == nil {
		t.Error("the volume would belong to root")
	}
}
