// Package kubernetes_test reads the manifests of this folder as a cluster would, and runs
// what they say.
//
//	manifest ──▶ API type, strictly ──▶ what the cluster demands of pods
//	                                └─▶ command line ──▶ khop's own flags ──▶ processes side by side
//
// A name that the API does not know, a flag that khop does not have, or a number that
// stands in two places and differs, is found here and not by whoever applies it.
package kubernetes_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// manifest is a file of this folder as an object of the API.
type manifest struct {
	file   string
	object any
	pod    *corev1.PodTemplateSpec // nil where it has none
}

// manifests reads every file of the folder, each as its kind, and fails on members that
// the API does not know.
func manifests(t *testing.T) []manifest {
	t.Helper()
	files, err := filepath.Glob("*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []manifest
	for _, file := range append(files, "namespace.yaml") {
		if filepath.Base(file) != "kustomization.yaml" {
			all = append(all, parsed(t, file))
		}
	}
	return all
}

func parsed(t *testing.T, file string) manifest {
	t.Helper()
	text := contents(t, file)
	var kind struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal(text, &kind); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	m := manifest{file: file}
	switch kind.APIVersion + " " + kind.Kind {
	case "batch/v1 Job":
		job := &batchv1.Job{}
		m.object, m.pod = job, &job.Spec.Template
	case "apps/v1 StatefulSet":
		set := &appsv1.StatefulSet{}
		m.object, m.pod = set, &set.Spec.Template
	case "v1 Service":
		m.object = &corev1.Service{}
	case "v1 Namespace":
		m.object = &corev1.Namespace{}
	default:
		t.Fatalf("%s: %+v: this test does not know the kind, and cannot tell whether it is right", file, kind)
	}
	if err := yaml.UnmarshalStrict(text, m.object); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return m
}

func contents(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// object is the manifest of a type.
func object[T any](t *testing.T) T {
	t.Helper()
	for _, m := range manifests(t) {
		if found, ok := m.object.(T); ok {
			return found
		}
	}
	var none T
	t.Fatalf("there is no %T", none)
	return none
}

// kustomization are the members of a kustomization.yaml that are used here.
type kustomization struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Namespace  string   `json:"namespace"`
	Resources  []string `json:"resources"`
	Images     []struct {
		Name    string `json:"name"`
		NewName string `json:"newName"`
		NewTag  string `json:"newTag"`
	} `json:"images"`
}

func TestKustomizationsHoldTheirFolders(t *testing.T) {
	namespace := object[*corev1.Namespace](t).Name
	for _, folder := range []string{"burst", "serve"} {
		file := filepath.Join(folder, "kustomization.yaml")
		var k kustomization
		if err := yaml.UnmarshalStrict(contents(t, file), &k); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if k.APIVersion != "kustomize.config.k8s.io/v1beta1" || k.Kind != "Kustomization" || k.Namespace != namespace {
			t.Errorf("%s: %+v", file, k)
		}
		beside, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
		if err != nil || len(k.Resources) != len(beside)-1 {
			t.Errorf("%s lists %v of %v, %v", file, k.Resources, beside, err)
		}
		for _, m := range manifests(t) {
			if filepath.Dir(m.file) != folder {
				continue
			}
			if !slices.Contains(k.Resources, filepath.Base(m.file)) {
				t.Errorf("%s leaves %s out", file, m.file)
			}
			if m.pod == nil {
				continue
			}
			name, _, _ := strings.Cut(m.pod.Spec.Containers[0].Image, ":")
			if len(k.Images) != 1 || k.Images[0].Name != name || k.Images[0].NewTag == "" {
				t.Errorf("%s sets the images %v, and %s uses %s", file, k.Images, m.file, name)
			}
		}
	}
}

// What kubectl makes of the folders is read like the files themselves.
func TestKubectlBuildsTheFolders(t *testing.T) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("WITHOUT kubectl: what it makes of the kustomizations is not looked at")
	}
	for folder, kinds := range map[string]int{"burst": 1, "serve": 2} {
		out, err := exec.Command(kubectl, "kustomize", folder).CombinedOutput()
		if err != nil {
			t.Fatalf("kubectl kustomize %s: %v\n%s", folder, err, out)
		}
		objects := strings.Split(string(out), "\n---\n")
		if len(objects) != kinds {
			t.Errorf("%s: %d objects, want %d", folder, len(objects), kinds)
		}
		for _, text := range objects {
			file := filepath.Join(t.TempDir(), "object.yaml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			m := parsed(t, file)
			if !strings.Contains(text, "namespace: khop\n") {
				t.Errorf("%T is not in the namespace:\n%s", m.object, text)
			}
		}
	}
}
