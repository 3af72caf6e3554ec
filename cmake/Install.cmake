# cmake --install build/release --prefix /usr
include(GNUInstallDirs)
install(TARGETS clawvigil RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
file(GLOB systemd_units CONFIGURE_DEPENDS packaging/*.service packaging/*.timer)
install(FILES ${systemd_units} DESTINATION lib/systemd/system)
install(FILES packaging/clawvigil.sysusers DESTINATION lib/sysusers.d RENAME clawvigil.conf)
install(FILES packaging/clawvigil.tmpfiles DESTINATION lib/tmpfiles.d RENAME clawvigil.conf)
install(DIRECTORY alerts/rules DESTINATION ${CMAKE_INSTALL_DATADIR}/clawvigil
        FILES_MATCHING PATTERN "*.yml" PATTERN "*.test.yml" EXCLUDE)
install(DIRECTORY alerts/translations DESTINATION ${CMAKE_INSTALL_DATADIR}/clawvigil
        FILES_MATCHING PATTERN "*.fr.yml")
install(FILES exporter/config/prices.yml DESTINATION ${CMAKE_INSTALL_DATADIR}/clawvigil)
file(GLOB dashboards CONFIGURE_DEPENDS dashboards/*.json)
install(FILES ${dashboards} DESTINATION ${CMAKE_INSTALL_DATADIR}/clawvigil/dashboards)
# As they lie here: README's links lead there.
install(DIRECTORY packaging/examples DESTINATION ${CMAKE_INSTALL_DOCDIR}/packaging)
install(FILES dashboards/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/dashboards)
install(FILES dashboards/screenshots/overview.png
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/dashboards/screenshots)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN regenerate EXCLUDE)
install(FILES README.md SECURITY.md CHANGELOG.md LICENSE collectors/METRICS.md alerts/RUNBOOK.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
